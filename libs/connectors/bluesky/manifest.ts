import type { Manifest } from '../kit/index.ts';
import { check, limitsOf } from './limits.ts';
import { optionsSchema } from './schemas.ts';

const HOUR_MS = 60 * 60_000;
/** Of the points that writing takes: a post is one record that is created. */
const CREATE_POINTS = 3;

/** Where accounts are looked for that name no server of their own: Bluesky's entryway. */
export const ENTRYWAY = 'https://bsky.social';

export const manifest: Manifest = {
  platform: 'bluesky',
  displayName: 'Bluesky',
  status: 'beta',
  hosts: { pds: ENTRYWAY, video: 'https://video.bsky.app' },
  ownHosts: ['pds'],
  auth: {
    credentials: {
      fieldHelp: {
        identifier: 'Your handle without @ (for example alice.bsky.social), your DID, or the e-mail address of the account.',
        password:
          'An app password (xxxx-xxxx-xxxx-xxxx) from Settings, Privacy and security, App passwords. Not the password of the account.',
        service: 'The address of your own server (PDS), if your account is not at Bluesky itself.',
      },
      refreshAheadMs: 30 * 60_000,
      rotatesRefreshToken: true,
    },
  },
  features: {
    text: true,
    image: true,
    images: true,
    video: true,
    gif: 'Bluesky shows a GIF as a still picture; send it as a video.',
    document: 'Bluesky takes no documents.',
    thread: true,
    story: 'Bluesky has no stories.',
    short_video: 'Bluesky has no format of its own for short videos.',
    link_card: true,
    poll: 'Bluesky has no polls.',
    first_comment: 'A reply to an own post is the next post of a thread: use threadItems.',
    alt_text: true,
    content_warning: true,
    visibility: 'Every post on Bluesky is public.',
    cover: 'Bluesky chooses the frame of a video itself.',
    platform_draft: 'Bluesky has no drafts on the server.',
    selection: 'An app password is for one account.',
    refresh: true,
    revoke: true,
    lookup: true,
    delete: true,
    analytics: true,
  },
  protection: { class: 'A', settleMs: 10_000 },
  submitDeadlineMs: 30_000,
  limits: limitsOf(null),
  limitsOf,
  budgets: [
    { unit: 'points', of: 'account', max: 5_000, window: { kind: 'rolling', ms: HOUR_MS }, cost: () => CREATE_POINTS },
    { unit: 'daily points', of: 'account', max: 35_000, window: { kind: 'rolling', ms: 24 * HOUR_MS }, cost: () => CREATE_POINTS },
  ],
  options: optionsSchema,
  check,
  sources: [
    {
      fact: 'text limits, embeds, languages; the text may be empty where there is an embed',
      source: 'bluesky-social/atproto lexicons/app/bsky/feed/post.json at d6296a1c',
      read: '2026-11-21',
    },
    {
      fact: 'images up to 1,000,000 bytes: older servers refuse more, newer ones take 2,000,000',
      source: 'tried on PDS 0.4.217 and 0.5.35',
      read: '2026-11-21',
    },
    { fact: 'video of at most 300,000,000 bytes', source: 'atproto lexicons/app/bsky/embed/video.json in @atproto/api 0.21.0', read: '2026-11-23' },
    {
      fact: 'a server’s own limit for blobs; its default is 5 MiB, Bluesky’s own servers take 52,428,800 bytes or more',
      source: 'atproto lexicons/com/atproto/server/describeServer.json, packages/pds/src/config; docs.bsky.app/docs/advanced-guides/rate-limits',
      read: '2026-11-23',
    },
    {
      fact: 'the video service: service tokens, uploads in parts or as a whole, jobs, already_exists, limits of the day',
      source: 'docs.bsky.app/docs/tutorials/video; atproto lexicons/app/bsky/video, lexicons/com/atproto/server/getServiceAuth.json',
      read: '2026-11-23',
    },
    {
      fact: 'the token for getUploadLimits is for did:web:video.bsky.app; servers that are not Bluesky’s use the service too',
      source: 'bluesky-social/social-app src/lib/media/video; github.com/bluesky-social/pds/issues/298',
      read: '2026-11-23',
    },
    { fact: 'a used-up allowance of videos is asked for again after an hour', source: 'own choice; when a day ends is not documented', read: '2026-11-23' },
    { fact: 'two hours for processing a video, and for putting its parts together', source: 'own choice; no figure is documented', read: '2026-11-23' },
    {
      fact: '5,000 points an hour and 35,000 a day for each account; 3 for a record that is created. putRecord is counted as creating, for that is what it does here',
      source: 'docs.bsky.app/docs/advanced-guides/rate-limits',
      read: '2026-11-21',
    },
    { fact: 'a session’s scope tells an app password from the password of the account', source: 'atproto packages/pds/src/auth-scope.ts', read: '2026-11-21' },
    {
      fact: 'a GIF is taken and shown as a still picture, so gif is left out',
      source: 'inferred from app.bsky.embed.images',
      read: '2026-11-21',
    },
    { fact: 'self labels', source: 'docs.bsky.app/docs/advanced-guides/moderation, self-labels', read: '2026-11-22' },
    { fact: 'counts of posts, 25 a call', source: 'atproto lexicons/app/bsky/feed/getPosts.json; tried against an AppView', read: '2026-11-21' },
    { fact: 'a thread has at most 25 posts', source: 'own choice; the network names no number', read: '2026-11-22' },
    {
      fact: 'access token 120 minutes, refresh token 90 days, rotated with 2 hours of grace',
      source: 'atproto packages/pds/src/account-manager',
      read: '2026-11-21',
    },
    {
      fact: 'create once: putRecord with swapRecord null gives InvalidSwap for a key that is taken',
      source: 'tried on PDS 0.4.217 and 0.5.35',
      read: '2026-11-21',
    },
    {
      fact: 'deadline 30 s: no upload is in the call; settle 10 s: the key makes sending again safe at any time, waiting spares it',
      source: 'follows from create once',
      read: '2026-11-21',
    },
  ],
};
