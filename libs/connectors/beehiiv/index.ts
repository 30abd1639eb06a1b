import { defineConnector } from '../kit/index.ts';
import { analytics } from './analytics.ts';
import { credentials } from './auth.ts';
import { manifest } from './manifest.ts';
import { publish } from './publish.ts';

export const beehiiv = defineConnector({ platform: 'beehiiv', manifest, credentials, publish, analytics });
