import { defineConnector } from '../kit/index.ts';
import { analytics } from './analytics.ts';
import { accountReader, credentials } from './auth.ts';
import { manifest } from './manifest.ts';
import { publish } from './publish.ts';

export const bluesky = defineConnector({ platform: 'bluesky', manifest, credentials, accountReader, publish, analytics });
