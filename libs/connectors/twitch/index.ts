import { defineConnector } from '../kit/index.ts';
import { accountReader, oauth } from './auth.ts';
import { manifest } from './manifest.ts';
import { publish } from './publish.ts';

export const twitch = defineConnector({ platform: 'twitch', manifest, oauth, accountReader, publish });
