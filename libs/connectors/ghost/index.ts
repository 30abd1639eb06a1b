import { defineConnector } from '../kit/index.ts';
import { analytics } from './analytics.ts';
import { credentials } from './auth.ts';
import { manifest } from './manifest.ts';
import { publish } from './publish.ts';

export const ghost = defineConnector({ platform: 'ghost', manifest, credentials, publish, analytics });
