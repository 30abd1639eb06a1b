import type { Content, Manifest, MediaFacts, Violation } from '../kit/index.ts';
import { optionsSchema, type TwitterOptions } from './schemas.ts';
import { weightedLength } from './text.ts';

const MIB = 1024 * 1024;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const MAX_LENGTH = 280;
const MAX_LONG_LENGTH = 25_000;
const READ = '2026-11-22';

function checkAltText(altText: readonly string[], mediaCount: number, path: string): Violation[] {
  if (altText.length <= mediaCount) return [];
  return [{ rule: 'option_invalid', message: `There are ${altText.length} alt texts for ${mediaCount} media items.`, limit: mediaCount, actual: altText.length, path }];
}

function checkThreadItem({ content, mediaItems = [], altText = [] }: NonNullable<TwitterOptions['threadItems']>[number], path: string): Violation[] {
  const violations: Violation[] = [];
  const actual = weightedLength(content);
  if (actual > MAX_LENGTH) {
    violations.push({ rule: 'text_too_long', message: `The text has ${actual} weighted characters; ${MAX_LENGTH} are allowed.`, limit: MAX_LENGTH, actual, path: `${path}.content` });
  }
  const alone = mediaItems.find(({ type }) => type !== 'image');
  if (alone !== undefined && mediaItems.length > 1) {
    violations.push({ rule: 'media_mix', message: 'A post has four images, or one GIF, or one video.', path: `${path}.mediaItems` });
  }
  violations.push(...checkAltText(altText, mediaItems.length, `${path}.altText`));
  return violations;
}

function check(content: Content, media: readonly MediaFacts[]): Violation[] {
  const options = optionsSchema.parse(content.options);
  const { threadItems = [], altText = [] } = options;
  const violations = checkAltText(altText, media.length, 'platformSpecificData.altText');
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
    oauth: {
      scopes: { publish: ['tweet.read', 'tweet.write', 'users.read', 'media.write', 'offline.access'] },
      pkce: 'S256',
      refreshAheadMs: 15 * MINUTE_MS,
      rotatesRefreshToken: true,
      canVerifyApp: false,
      setup: [
        'Open the developer portal at https://developer.x.com, make a project with an app in it, and choose a plan that may create posts.',
        'In the app’s *User authentication settings* choose *Web App, Automated App or Bot* (a confidential client) and *Read and write*.',
        'Enter the callback URI `{callbackUrl}`, exactly.',
        'Take *Client ID* and *Client Secret* of OAuth 2.0, not the API key of OAuth 1.0a. Scopes are asked for while connecting: {scopes}.',
      ],
    },
  },
  features: {
    text: true,
    image: true,
    images: true,
    video: true,
    gif: true,
    document: 'X takes no documents.',
    thread: true,
    story: 'X has no stories.',
    short_video: 'X has no format of its own for short videos.',
    link_card: 'X makes a card of the first link in the text by itself.',
    poll: true,
    first_comment: 'A reply to an own post is the next post of a thread: use threadItems.',
    alt_text: true,
    content_warning: 'The API of X cannot mark a post as sensitive.',
    visibility: 'X has no visibility of a single post; replySettings says who may reply.',
    cover: 'X chooses the frame of a video itself.',
    platform_draft: 'The API of X has no drafts of posts.',
    selection: 'A consent is for one account.',
    refresh: true,
    revoke: true,
    lookup: true,
    delete: true,
    analytics: true,
  },
  protection: { class: 'D', settleMs: MINUTE_MS },
  submitDeadlineMs: 30_000,
  limits: {
    text: [
      {
        unit: 'weighted characters',
        max: MAX_LENGTH,
        maxWith: ({ options }) => (options['longPost'] === true ? MAX_LONG_LENGTH : MAX_LENGTH),
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
        videoCodecs: ['avc'],
        audioCodecs: ['aac'],
        maxFrameRate: 60,
      },
    },
  },
  budgets: [
    { unit: 'posts', of: 'account', max: 100, window: { kind: 'rolling', ms: 15 * MINUTE_MS }, cost: () => 1 },
    { unit: 'posts of all accounts', of: 'app', max: 10_000, window: { kind: 'rolling', ms: DAY_MS }, cost: () => 1 },
  ],
  options: optionsSchema,
  check,
  sources: [
    { fact: 'OAuth 2.0 with PKCE, token life, revoke', source: 'xdevplatform/docs: fundamentals/authentication/oauth-2-0/', read: READ },
    { fact: 'made_with_ai and paid_partnership, which newer documents name, are not offered: the document below does not take them', source: 'X API OpenAPI document 2.159 (xdevplatform/xdk)', read: READ },
    { fact: 'endpoints, closed request body', source: 'X API OpenAPI document 2.159 (xdevplatform/xdk)', read: READ },
    { fact: 'weighted length', source: 'twitter/twitter-text: config/v3.json and conformance/validate.yml', read: READ },
    { fact: 'media limits', source: 'xdevplatform/docs: x-api/media/quickstart/best-practices.mdx', read: READ },
    {
      fact: 'larger videos than the 1280 by 1024 of that page are customary and are left to X; the frames of GIFs (350) are not counted here',
      source: 'own choice',
      read: READ,
    },
    { fact: 'POST /2/tweets: 100 in 15 minutes by a user, 10,000 in 24 hours by an app', source: 'xdevplatform/docs: x-api/fundamentals/rate-limits', read: READ },
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
