import type { Content, Manifest, MediaFacts, Violation } from '../kit/index.ts';
import { countBytes, countGraphemes } from './richtext.ts';
import { optionsSchema } from './schemas.ts';

/** Where accounts are looked for that name no server of their own: Bluesky's entryway. */
export const ENTRYWAY = 'https://bsky.social';

const MAX_LANGUAGES = 3;
const LANGUAGE = /^[a-z]{2,3}(-[a-z0-9]{1,8})*$|^[ix](-[a-z0-9]{1,8})+$/i;

function checkOptions(content: Content, media: readonly MediaFacts[]): Violation[] {
  const { langs = [], altText = [] } = optionsSchema.parse(content.options);
  const violations: Violation[] = [];
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
  if (altText.length > media.length) {
    const message = `There are ${altText.length} alt texts for ${media.length} media items.`;
    violations.push({ rule: 'option_invalid', message, limit: media.length, actual: altText.length, path: 'platformSpecificData.altText' });
  }
  return violations;
}

export const manifest: Manifest = {
  platform: 'bluesky',
  displayName: 'Bluesky',
  status: 'beta',
  hosts: { pds: ENTRYWAY },
  auth: {
    kind: 'credentials',
    fieldHelp: {
      identifier: 'Your handle without @ (for example alice.bsky.social), your DID, or the e-mail address of the account.',
      password:
        'An app password (xxxx-xxxx-xxxx-xxxx) from Settings, Privacy and security, App passwords. Not the password of the account.',
      service: 'The address of your own server (PDS), if your account is not at Bluesky itself.',
    },
    refreshAheadMs: 30 * 60_000,
    rotatesRefreshToken: true,
  },
  protection: { class: 'A', settleMs: 10_000 },
  submitDeadlineMs: 30_000,
  limits: {
    text: [
      { unit: 'graphemes', max: 300, count: countGraphemes },
      { unit: 'bytes', max: 3000, count: countBytes },
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
