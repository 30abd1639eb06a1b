import type { Manifest } from '../kit/index.ts';
import { optionsSchema } from './schemas.ts';

const READ = '2026-11-22';
const DOCS = 'docs.patreon.com';
const NO_POSTS = 'The public API of Patreon cannot create, change or delete posts, nor take media; only the account can be connected and read.';
const NO_METRICS = 'The API of Patreon tells nothing of how a post is seen.';

export const manifest: Manifest = {
  platform: 'patreon',
  displayName: 'Patreon',
  status: 'beta',
  hosts: { web: 'https://www.patreon.com' },
  auth: {
    oauth: {
      scopes: { publish: ['identity', 'campaigns'] },
      pkce: 'none',
      refreshAheadMs: 7 * 24 * 60 * 60_000,
      rotatesRefreshToken: true,
      canVerifyApp: false,
      setup: [
        'At https://www.patreon.com/portal/registration/register-clients create a client of API version 2.',
        'Enter the redirect URI `{callbackUrl}`, exactly.',
        'Take *Client ID* and *Client Secret*; not the creator’s access token beside them. Scopes are asked for while connecting: {scopes}.',
      ],
    },
  },
  features: {
    text: NO_POSTS,
    image: NO_POSTS,
    images: NO_POSTS,
    video: NO_POSTS,
    gif: NO_POSTS,
    document: NO_POSTS,
    thread: NO_POSTS,
    story: NO_POSTS,
    short_video: NO_POSTS,
    link_card: NO_POSTS,
    poll: NO_POSTS,
    first_comment: NO_POSTS,
    alt_text: NO_POSTS,
    content_warning: NO_POSTS,
    visibility: NO_POSTS,
    cover: NO_POSTS,
    platform_draft: NO_POSTS,
    selection: 'A creator has one campaign.',
    refresh: true,
    revoke: 'Patreon documents no call that ends a grant.',
    lookup: NO_POSTS,
    delete: NO_POSTS,
    analytics: NO_METRICS,
  },
  protection: { class: 'E', settleMs: 60_000 },
  submitDeadlineMs: 20_000,
  limits: { text: [], textRequired: 'never', mediaRequired: false, maxMedia: 0, exclusive: [], media: {} },
  options: optionsSchema,
  sources: [
    { fact: 'authorization code flow, rotation of both tokens, no revocation', source: `${DOCS}, OAuth`, read: READ },
    { fact: 'identity and campaign', source: `${DOCS}, API v2 resource endpoints`, read: READ },
    { fact: 'posts can be read and not written; Lives are by invitation', source: `${DOCS}, scopes and resources of API v2`, read: READ },
    { fact: 'a User-Agent is mandatory; 100 requests a minute and token', source: `${DOCS}, requirements and rate limits`, read: READ },
  ],
};
