import type { Content, MediaFacts, Violation } from '../kit/index.ts';
import { optionsSchema, type InstagramOptions } from './schemas.ts';

export const MEBIBYTE = 1024 * 1024;
/** Aspect ratios of a feed image, 4:5 to 1.91:1, with a pixel's rounding allowed. */
const FEED_ASPECT = { min: 0.8, max: 1.91, tolerance: 0.005 };
const STORY_VIDEO = { maxBytes: 100 * MEBIBYTE, maxDurationMs: 60_000 };
const MAX_COMMENT_HASHTAGS = 4;

export const countCharacters = (text: string): number => Array.from(text).length;
export const countHashtags = (text: string): number => (text.match(/[#＃][\p{L}\p{N}_]+/gu) ?? []).length;
export const countMentions = (text: string): number => (text.match(/(?<![\p{L}\p{N}_.])@[A-Za-z0-9_.]+/gu) ?? []).length;

const invalid = (option: string, message: string): Violation => ({ rule: 'option_invalid', message, path: `platformSpecificData.${option}` });

function checkStory(options: InstagramOptions, media: readonly MediaFacts[]): Violation[] {
  const violations: Violation[] = [];
  if (media.length > 1)
    violations.push({ rule: 'too_many_media', message: 'A story has one media item.', limit: 1, actual: media.length, path: 'mediaItems' });
  const absent = (['collaborators', 'altText', 'firstComment', 'locationId', 'userTags', 'audioName', 'trialReel'] as const).filter((name) => options[name] !== undefined);
  violations.push(...absent.map((name) => invalid(name, `A story has no ${name}.`)));
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

function checkComment(text: string | undefined): Violation[] {
  if (text === undefined) return [];
  const links = new Set(text.match(/(?:https?:\/\/|(?<![\p{L}\p{N}.@])www\.)\S+/giu) ?? []).size;
  return [
    ...(countHashtags(text) > MAX_COMMENT_HASHTAGS ? [invalid('firstComment', `A comment has at most ${MAX_COMMENT_HASHTAGS} hashtags.`)] : []),
    ...(links > 1 ? [invalid('firstComment', 'A comment has at most one link.')] : []),
    ...(/\p{Lu}/u.test(text) && !/[\p{Ll}\p{Lo}]/u.test(text) ? [invalid('firstComment', 'Instagram takes no comment that is all in capitals.')] : []),
  ];
}

function checkFeed(options: InstagramOptions, media: readonly MediaFacts[]): Violation[] {
  const violations = [...media.flatMap(checkFeedImage), ...checkComment(options.firstComment)];
  for (const [index, text] of (options.altText ?? []).entries()) {
    if (text !== '' && media[index]?.type !== 'image') violations.push(invalid(`altText[${index}]`, 'Only images have an alt text.'));
  }
  const [first] = media;
  const isReel = media.length === 1 && first?.type === 'video';
  for (const name of ['audioName', 'trialReel'] as const) if (options[name] !== undefined && !isReel) violations.push(invalid(name, 'Only a reel has it.'));
  if (options.userTags === undefined) return violations;
  if (media.length > 1) violations.push(invalid('userTags', 'People are tagged in one image or reel, not in a carousel.'));
  const hasPlaces = options.userTags.every(({ x, y }) => x !== undefined && y !== undefined);
  if (first?.type === 'image' && !hasPlaces) violations.push(invalid('userTags', 'On an image each tag needs its place, x and y.'));
  return violations;
}

/** Rules of stories, of the feed and of comments that plain limits cannot say. */
export function check(content: Content, media: readonly MediaFacts[]): readonly Violation[] {
  const options = optionsSchema.parse(content.options);
  return options.contentType === 'story' ? checkStory(options, media) : checkFeed(options, media);
}
