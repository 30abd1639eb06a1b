import { defineConnector } from '../kit/index.ts';
import { oauth } from './auth.ts';
import { manifest } from './manifest.ts';

/** Accounts can be connected and nothing can be posted: the API has no call for it. */
export const patreon = defineConnector({ platform: 'patreon', manifest, oauth });
