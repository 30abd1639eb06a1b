import { defineConnector } from '../kit/index.ts';
import { analytics } from './analytics.ts';
import { oauth } from './auth.ts';
import { manifest } from './manifest.ts';
import { publish } from './publish.ts';

export const linkedin = defineConnector({ platform: 'linkedin', manifest, oauth, publish, analytics });
