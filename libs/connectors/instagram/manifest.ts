import type { Content, Manifest, MediaFacts, Violation } from '../kit/index.ts';
import { optionsSchema } from './schemas.ts';

const MEBIBYTE = 1024 * 1024;
/** Aspect ratios of a feed image, 4:5 to 1.91:1, with a pixel's rounding allowed. */
const FEED_ASPECT = { min: 0.8, max: 1.91, tolerance: 0.005 };
const STORY_VIDEO = { maxBytes: 100 * MEBIBYTE, maxDurationMs: 60_000 };

const countCharacters = (text: string): number => Array.from(text).length;
const countHashtags = (text: string): number => (text.match(/[#＃][\p{L}\p{N}_]+/gu) ?? []).length;
const countMentions = (text: string): number => (text.match(/(?<![\p{L}\p{N}_.])@[A-Za-z0-9_.]+/gu) ?? []).length;

function checkStory(content: Content, media: readonly MediaFacts[]): Violation[] {
  const violations: Violation[] = [];
  if (media.length > 1)
    violations.push({ rule: 'too_many_media', message: 'A story has one media item.', limit: 1, actual: media.length, path: 'mediaItems' });
  if (content.options['collaborators'] !== undefined) {
    violations.push({ rule: 'option_invalid', message: 'A story has no collaborators.', path: 'platformSpecificData.collaborators' });
  }
  const [item] = media;
  if (item?.type !== 'video') return violations;
  if (item.sizeBytes > STORY_VIDEO.maxBytes) {
    const message = `A video of a story has at most ${STORY_VIDEO.maxBytes} bytes.`;
    violations.push({ rule: 'media_too_large', message, limit: STORY_VIDEO.maxBytes, actual: item.sizeBytes, path: 'mediaItems[0]' });
  }
  if (item.durationMs !== null && item.durationMs > STORY_VIDEO.maxDurationMs) {
    const message = `A video of a story lasts at most ${STORY_VIDEO.maxDurationMs} ms.`;
    violations.push({ rule: 'media_duration', message, limit: STORY_VIDEO.maxDurationMs, actual: item.durationMs, path: 'mediaItems[0]' });
  }
  return violations;
}

/** Images of the feed keep to a ratio; those of a story may fill the screen. */
function checkFeedImage(item: MediaFacts, index: number): Violation[] {
  if (item.type !== 'image' || item.width === null || item.height === null || item.height === 0) return [];
  const actual = item.width / item.height;
  if (actual >= FEED_ASPECT.min - FEED_ASPECT.tolerance && actual <= FEED_ASPECT.max + FEED_ASPECT.tolerance) return [];
  const message = 'An image of the feed is between 4:5 and 1.91:1.';
  return [
    { rule: 'media_dimensions', message, limit: '4:5 to 1.91:1', actual: Math.round(actual * 1000) / 1000, path: `mediaItems[${index}]` },
  ];
}

function check(content: Content, media: readonly MediaFacts[]): readonly Violation[] {
  const { contentType } = optionsSchema.parse(content.options);
  return contentType === 'story' ? checkStory(content, media) : media.flatMap(checkFeedImage);
}

const read = '2026-11-21';
const publishing = 'developers.facebook.com/docs/instagram-platform/content-publishing';

export const manifest: Manifest = {
  platform: 'instagram',
  displayName: 'Instagram',
  status: 'beta',
  hosts: { web: 'https://www.instagram.com', login: 'https://api.instagram.com', graph: 'https://graph.instagram.com' },
  auth: {
    kind: 'oauth',
    scopes: { publish: ['instagram_business_basic', 'instagram_business_content_publish'] },
    pkce: 'none',
    refreshAheadMs: 20 * 24 * 60 * 60_000,
    refreshMinAgeMs: 24 * 60 * 60_000,
    rotatesRefreshToken: false,
    canVerifyApp: false,
  },
  protection: { class: 'C', settleMs: 5 * 60_000 },
  submitDeadlineMs: 60_000,
  limits: {
    text: [
      { unit: 'characters', max: 2200, count: countCharacters },
      { unit: 'hashtags', max: 30, count: countHashtags },
      { unit: 'mentions', max: 20, count: countMentions },
    ],
    textRequired: 'never',
    mediaRequired: true,
    maxMedia: 10,
    exclusive: [],
    media: {
      image: { mimeTypes: ['image/jpeg'], maxBytes: 8 * MEBIBYTE, maxCount: 10 },
      video: {
        mimeTypes: ['video/mp4', 'video/quicktime'],
        maxBytes: 300 * MEBIBYTE,
        maxCount: 10,
        maxWidth: 1920,
        minAspect: 0.01,
        maxAspect: 10,
        minDurationMs: 3000,
        maxDurationMs: 15 * 60_000,
      },
    },
  },
  options: optionsSchema,
  check,
  sources: [
    {
      fact: 'scopes, token lives, refresh only after 24 hours',
      source: 'developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login',
      read,
    },
    { fact: 'containers, status codes, caption, image and video limits', source: publishing, read },
    { fact: 'an image may have 8 MiB', source: 'text of error 36000/2207004, Instagram Platform error codes', read },
    {
      fact: 'an image of a story may fill the screen: only the feed is held to 4:5 to 1.91:1',
      source: 'inferred from the story section',
      read,
    },
    { fact: 'no end of a grant: there is no call to revoke it', source: 'none found in the documentation', read },
    { fact: 'deleting media is not offered with Instagram Login', source: 'IG Media reference', read },
    {
      fact: 'deadline 60 s: publishing takes seconds; settle 5 min: as long as the documentation asks to poll a container',
      source: publishing,
      read,
    },
    { fact: 'renew with 20 of 60 days left: a refresh that fails for weeks still loses no account', source: 'own choice', read },
  ],
};
