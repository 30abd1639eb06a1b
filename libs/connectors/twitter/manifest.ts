import type { Content, Manifest, MediaFacts, Violation } from '../kit/index.ts';
import { optionsSchema, type TwitterOptions } from './schemas.ts';
import { weightedLength } from './text.ts';

const MIB = 1024 * 1024;
const MINUTE_MS = 60_000;
const MAX_LENGTH = 280;
const MAX_LONG_LENGTH = 25_000;
const READ = '2026-11-22';

function checkThreadItem({ content, mediaItems = [] }: NonNullable<TwitterOptions['threadItems']>[number], path: string): Violation[] {
  const violations: Violation[] = [];
  const actual = weightedLength(content);
  if (actual > MAX_LENGTH) {
    violations.push({ rule: 'text_too_long', message: `The text has ${actual} weighted characters; ${MAX_LENGTH} are allowed.`, limit: MAX_LENGTH, actual, path: `${path}.content` });
  }
  if (mediaItems.length > 0) {
    violations.push({ rule: 'option_unsupported', message: 'Media in further posts of a thread are not supported yet.', path: `${path}.mediaItems` });
  }
  return violations;
}

function check(content: Content, media: readonly MediaFacts[]): Violation[] {
  const options = optionsSchema.parse(content.options);
  const violations: Violation[] = [];
  const { threadItems = [] } = options;
  for (const [index, item] of threadItems.entries()) violations.push(...checkThreadItem(item, `platformSpecificData.threadItems[${index}]`));
  if (options.poll !== undefined && threadItems.length > 0) {
    violations.push({ rule: 'option_invalid', message: 'A poll cannot be combined with a thread.', path: 'platformSpecificData.poll' });
  }
  if (options.poll !== undefined && media.length > 0) {
    violations.push({ rule: 'media_mix', message: 'A poll cannot be combined with media.', path: 'platformSpecificData.poll' });
  }
  return violations;
}

export const manifest: Manifest = {
  platform: 'twitter',
  displayName: 'X',
  status: 'prod',
  hosts: { web: 'https://x.com', api: 'https://api.x.com' },
  auth: {
    kind: 'oauth',
    scopes: { publish: ['tweet.read', 'tweet.write', 'users.read', 'media.write', 'offline.access'] },
    pkce: 'S256',
    refreshAheadMs: 15 * MINUTE_MS,
    rotatesRefreshToken: true,
    canVerifyApp: false,
  },
  protection: { class: 'D', settleMs: MINUTE_MS },
  submitDeadlineMs: 30_000,
  limits: {
    text: [
      {
        unit: 'weighted characters',
        max: MAX_LENGTH,
        maxWith: (options) => (options['longPost'] === true ? MAX_LONG_LENGTH : MAX_LENGTH),
        count: weightedLength,
      },
    ],
    textRequired: 'without_media',
    mediaRequired: false,
    maxMedia: 4,
    exclusive: ['gif', 'video'],
    media: {
      image: { mimeTypes: ['image/jpeg', 'image/png', 'image/webp'], maxBytes: 5 * MIB, maxCount: 4 },
      gif: { mimeTypes: ['image/gif'], maxBytes: 15 * MIB, maxCount: 1, maxWidth: 1280, maxHeight: 1080 },
      video: {
        mimeTypes: ['video/mp4', 'video/quicktime'],
        maxBytes: 512 * MIB,
        maxCount: 1,
        minWidth: 32,
        minHeight: 32,
        minAspect: 1 / 3,
        maxAspect: 3,
        minDurationMs: 500,
        maxDurationMs: 140_000,
      },
    },
  },
  options: optionsSchema,
  check,
  sources: [
    { fact: 'OAuth 2.0 with PKCE, token life, revoke', source: 'xdevplatform/docs: fundamentals/authentication/oauth-2-0/', read: READ },
    { fact: 'endpoints, closed request body', source: 'X API OpenAPI document 2.159 (xdevplatform/xdk)', read: READ },
    { fact: 'weighted length', source: 'twitter/twitter-text: config/v3.json and conformance/validate.yml', read: READ },
    { fact: 'media limits', source: 'xdevplatform/docs: x-api/media/quickstart/best-practices.mdx', read: READ },
    {
      fact: 'long posts to 25,000 characters',
      source: 'PostPeer API, TwitterConfigurations.longPost; X help pages on Premium',
      read: READ,
    },
    { fact: 'a thread has at most 25 posts', source: "as in X's own composer; the API names no number", read: READ },
    { fact: 'rate limits and headers', source: 'xdevplatform/docs: x-api/fundamentals/rate-limits.mdx', read: READ },
    { fact: 'refusal of duplicates', source: 'xdevplatform/docs: x-api/fundamentals/response-codes-and-errors.mdx', read: READ },
    { fact: 'late commits: no figure is documented; a minute is our own choice', source: 'none', read: READ },
  ],
};
