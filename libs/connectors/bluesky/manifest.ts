import type { Content, Manifest, MediaFacts, Violation } from '../kit/index.ts';
import { countBytes, countGraphemes } from './richtext.ts';
import { optionsSchema, type BlueskyOptions } from './schemas.ts';

/** Where accounts are looked for that name no server of their own: Bluesky's entryway. */
export const ENTRYWAY = 'https://bsky.social';

const MAX_GRAPHEMES = 300;
const MAX_BYTES = 3000;
const MAX_LANGUAGES = 3;
const LANGUAGE = /^[a-z]{2,3}(-[a-z0-9]{1,8})*$|^[ix](-[a-z0-9]{1,8})+$/i;

function checkThreadItem({ content, mediaItems = [], altText = [] }: NonNullable<BlueskyOptions['threadItems']>[number], path: string): Violation[] {
  const counts = [
    { unit: 'graphemes', max: MAX_GRAPHEMES, actual: countGraphemes(content) },
    { unit: 'bytes', max: MAX_BYTES, actual: countBytes(content) },
  ];
  const tooLong = counts.filter(({ max, actual }) => actual > max);
  const isMixed = mediaItems.length > 1 && mediaItems.some(({ type }) => type === 'video');
  return [
    ...tooLong.map(({ unit, max, actual }) => ({ rule: 'text_too_long', message: `The text has ${actual} ${unit}; ${max} are allowed.`, limit: max, actual, path: `${path}.content` })),
    ...(isMixed ? [{ rule: 'media_mix', message: 'Media of type video cannot be combined with other media.', path: `${path}.mediaItems` }] : []),
    ...checkAltText(altText, mediaItems.length, `${path}.altText`),
  ];
}

function checkAltText(altText: readonly string[], mediaCount: number, path: string): Violation[] {
  if (altText.length <= mediaCount) return [];
  return [{ rule: 'option_invalid', message: `There are ${altText.length} alt texts for ${mediaCount} media items.`, limit: mediaCount, actual: altText.length, path }];
}

function checkOptions(content: Content, media: readonly MediaFacts[]): Violation[] {
  const { langs = [], altText = [], threadItems = [], linkCard } = optionsSchema.parse(content.options);
  const violations = threadItems.flatMap((item, index) => checkThreadItem(item, `platformSpecificData.threadItems[${index}]`));
  if (linkCard !== undefined && media.length > 0) {
    violations.push({ rule: 'media_mix', message: 'A link card cannot be combined with media.', path: 'platformSpecificData.linkCard' });
  }
  if (langs.length > MAX_LANGUAGES) {
    const message = `At most ${MAX_LANGUAGES} languages are allowed.`;
    violations.push({ rule: 'option_invalid', message, limit: MAX_LANGUAGES, actual: langs.length, path: 'platformSpecificData.langs' });
  }
  for (const [index, lang] of langs.entries()) {
    if (LANGUAGE.test(lang)) continue;
    violations.push({
      rule: 'option_invalid',
      message: 'Not a BCP-47 language tag.',
      actual: lang,
      path: `platformSpecificData.langs[${index}]`,
    });
  }
  return [...violations, ...checkAltText(altText, media.length, 'platformSpecificData.altText')];
}

export const manifest: Manifest = {
  platform: 'bluesky',
  displayName: 'Bluesky',
  status: 'beta',
  hosts: { pds: ENTRYWAY },
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
  limits: {
    text: [
      { unit: 'graphemes', max: MAX_GRAPHEMES, count: countGraphemes },
      { unit: 'bytes', max: MAX_BYTES, count: countBytes },
    ],
    textRequired: 'without_media',
    mediaRequired: false,
    maxMedia: 4,
    exclusive: ['video'],
    media: {
      image: { mimeTypes: ['image/jpeg', 'image/png', 'image/webp'], maxBytes: 1_000_000, maxCount: 4 },
      video: { mimeTypes: ['video/mp4'], maxBytes: 52_428_800, maxCount: 1 },
    },
  },
  options: optionsSchema,
  check: checkOptions,
  sources: [
    {
      fact: 'text limits, embeds, languages',
      source: 'bluesky-social/atproto lexicons/app/bsky/feed/post.json at d6296a1c',
      read: '2026-11-21',
    },
    {
      fact: 'images up to 1,000,000 bytes: older servers refuse more, newer ones take 2,000,000',
      source: 'tried on PDS 0.4.217 and 0.5.35',
      read: '2026-11-21',
    },
    {
      fact: 'video up to the blob limit of Bluesky’s servers, 52,428,800 bytes',
      source: 'docs.bsky.app/docs/advanced-guides/rate-limits',
      read: '2026-11-21',
    },
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
