import { defineConnector } from '../kit/index.ts';
import { analytics } from './analytics.ts';
import { accountReader, credentials, oauth } from './auth.ts';
import { manifest } from './manifest.ts';
import { publish } from './publish.ts';

export const mastodon = defineConnector({ platform: 'mastodon', manifest, oauth, credentials, accountReader, publish, analytics });
