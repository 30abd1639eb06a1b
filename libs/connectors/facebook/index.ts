import { defineConnector } from '../kit/index.ts';
import { analytics } from './analytics.ts';
import { oauth } from './auth.ts';
import { manifest } from './manifest.ts';
import { publish } from './publish.ts';

export const facebook = defineConnector({ platform: 'facebook', manifest, oauth, publish, analytics });
