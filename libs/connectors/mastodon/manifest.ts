import type { Manifest } from '../kit/index.ts';
import { check, limitsOf } from './limits.ts';
import { optionsSchema } from './schemas.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const READ = '2026-11-22';

export const manifest: Manifest = {
  platform: 'mastodon',
  displayName: 'Mastodon',
  status: 'prod',
  hosts: { instance: 'https://mastodon.social' },
  ownHosts: ['instance'],
  auth: {
    oauth: {
      // Reading is for the look-up of what became of a post; deleting and counting need nothing more.
      scopes: { publish: ['read:accounts', 'read:statuses', 'write:statuses', 'write:media'], analytics: ['read:statuses'] },
      pkce: 'S256',
      rotatesRefreshToken: false,
      canVerifyApp: false,
      setup: [
        'There is nothing to set up: Plaza registers itself at a server when the first account of it is connected, with the callback `{callbackUrl}` and the scopes {scopes}.',
      ],
    },
    credentials: {
      fieldHelp: {
        instance: 'The name of your server, for example mastodon.social.',
        accessToken:
          'On your server: Preferences, Development, New application, with the scopes read:accounts, read:statuses, write:statuses and write:media; then its *access token*.',
      },
      rotatesRefreshToken: false,
    },
  },
  features: {
    text: true,
    image: true,
    images: true,
    video: true,
    gif: true,
    document: 'Mastodon takes no documents.',
    thread: true,
    story: 'Mastodon has no stories.',
    short_video: 'Mastodon has no format of its own for short videos.',
    link_card: 'A server makes a card of the first link in the text by itself.',
    poll: true,
    first_comment: 'A reply to an own post is the next post of a thread: use threadItems.',
    alt_text: true,
    content_warning: true,
    visibility: true,
    cover: true,
    platform_draft: 'The API has posts to be published later, but no drafts.',
    selection: 'A consent is for one account.',
    refresh: 'Tokens of Mastodon do not expire.',
    revoke: true,
    lookup: true,
    delete: true,
    analytics: true,
  },
  protection: { class: 'B', settleMs: MINUTE_MS, keyLifeMs: HOUR_MS },
  submitDeadlineMs: 30_000,
  limits: limitsOf(null),
  limitsOf,
  budgets: [
    { unit: 'posts', of: 'account', max: 300, window: { kind: 'rolling', ms: 3 * HOUR_MS }, cost: () => 1 },
    { unit: 'media uploads', of: 'account', max: 30, window: { kind: 'rolling', ms: HOUR_MS / 2 }, cost: (_part, _content, media = 0) => media },
  ],
  options: optionsSchema,
  check,
  sources: [
    { fact: 'registering apps, OAuth with PKCE, revoke; tokens without an end', source: 'mastodon/documentation: methods/apps, methods/oauth, api/oauth-tokens', read: READ },
    { fact: 'scopes of an application since 4.3', source: 'mastodon/documentation: methods/apps', read: READ },
    { fact: 'statuses, polls, one hour of Idempotency-Key', source: 'mastodon/documentation: methods/statuses', read: READ },
    { fact: 'the key is looked at before media are, and written after success', source: 'mastodon/mastodon: app/services/post_status_service.rb', read: READ },
    { fact: 'uploads and their processing', source: 'mastodon/documentation: methods/media', read: READ },
    { fact: 'a text is counted with links of 23 characters', source: 'mastodon/mastodon: app/validators/status_length_validator.rb', read: READ },
    { fact: 'limits that a server tells, and those of a stock server', source: 'mastodon/documentation: entities/Instance', read: READ },
    { fact: 'Pleroma and Akkoma name application/octet-stream for every type, and no length of links', source: 'pleroma/pleroma: lib/pleroma/web/mastodon_api/views/instance_view.ex', read: READ },
    { fact: 'an alt text is counted in grapheme clusters', source: 'a guess', read: READ },
    { fact: '30 uploads in 30 minutes', source: 'mastodon/documentation: api/rate-limits', read: READ },
    { fact: '4 images, or one GIF, or one video', source: 'mastodon/documentation: user/posting', read: READ },
    { fact: 'rate limits and X-RateLimit-Reset', source: 'mastodon/documentation: api/rate-limits', read: READ },
    { fact: 'bulk reading of 20 statuses since 4.3', source: 'mastodon/documentation: methods/statuses; app/controllers/api/v1/statuses_controller.rb', read: READ },
    { fact: 'media that no status has are removed after a day', source: 'mastodon/mastodon: app/lib/vacuum/media_attachments_vacuum.rb', read: READ },
    { fact: 'HTTP 413 of a proxy in front', source: 'a guess: the size limit of a proxy is not documented', read: READ },
    { fact: 'late commits: no figure is documented; a minute is our own choice', source: 'none', read: READ },
  ],
};
