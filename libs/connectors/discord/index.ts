import { defineConnector } from '../kit/index.ts';
import { analytics } from './analytics.ts';
import { credentials } from './auth.ts';
import { manifest } from './manifest.ts';
import { publish } from './publish.ts';

export const discord = defineConnector({ platform: 'discord', manifest, credentials, publish, analytics });
