import type { AccountFacts } from '@plaza/contracts';
import type { Content, MediaFacts, TextLimit, Violation } from '../kit/index.ts';
import { MAX_CAPTION_LENGTH, MAX_DESCRIPTION_LENGTH, MAX_TITLE_LENGTH } from './post-info.ts';
import { optionsSchema, type TikTokOptions } from './schemas.ts';

/** Of a photo, TikTok takes no more than 1080p. */
const MAX_SHORT_SIDE = 1080;

/** In UTF-16 code units, as all texts of the Content Posting API. */
export const TEXT_LIMIT: TextLimit = {
  unit: 'UTF-16 code units',
  max: MAX_CAPTION_LENGTH,
  maxWith: ({ options: { description } }, media) => {
    if (media[0]?.type !== 'image') return MAX_CAPTION_LENGTH;
    return description === undefined ? MAX_DESCRIPTION_LENGTH : MAX_TITLE_LENGTH;
  },
  count: (text) => text.length,
};

const invalid = (option: keyof TikTokOptions, message: string): Violation => ({ rule: 'option_invalid', message, path: `platformSpecificData.${option}` });

const OF_VIDEOS = ['disableDuet', 'disableStitch', 'isAigc', 'videoCoverTimestampMs'] as const;
const OF_PHOTOS = ['autoAddMusic', 'photoCoverIndex', 'description'] as const;

/** What the other kind of post does not have; a switch that is off asks for nothing. */
function checkKind(options: TikTokOptions, media: readonly MediaFacts[]): Violation[] {
  if (media.length === 0) return [];
  const [foreign, kind] = media[0]?.type === 'video' ? [OF_PHOTOS, 'photos'] : [OF_VIDEOS, 'videos'];
  return foreign.filter((option) => options[option] !== undefined && options[option] !== false && options[option] !== '').map((option) => invalid(option, `TikTok has this for ${kind} only.`));
}

/** Users may take each permission out of what they allow: posts need another one than drafts. */
function checkScope({ draft }: TikTokOptions, account: AccountFacts | null): Violation[] {
  const [scope, what, path] = draft === true ? ['video.upload', 'drafts', 'platformSpecificData.draft'] : ['video.publish', 'anything but drafts', 'platformSpecificData'];
  if (account === null || account.scopes.length === 0 || account.scopes.includes(scope)) return [];
  return [{ rule: 'scope_missing', message: `The account was connected without ${scope}, which is needed for ${what}: connect it again and allow it.`, path }];
}

/** Rules that plain limits cannot say. */
export function check({ options }: Content, media: readonly MediaFacts[], account: AccountFacts | null): Violation[] {
  const parsed = optionsSchema.parse(options);
  const { brandContentToggle, privacyLevel, videoCoverTimestampMs: coverMs = 0, photoCoverIndex = 0 } = parsed;
  const violations = [...checkScope(parsed, account), ...checkKind(parsed, media)];
  if (brandContentToggle === true && privacyLevel === 'SELF_ONLY') violations.push(invalid('brandContentToggle', 'Branded content cannot be for the creator alone.'));
  const [first] = media;
  if (first?.type === 'video' && first.durationMs !== null && coverMs > first.durationMs) {
    violations.push({ ...invalid('videoCoverTimestampMs', 'The video is over before this frame.'), limit: first.durationMs, actual: coverMs });
  }
  if (first?.type === 'image' && photoCoverIndex >= media.length) {
    violations.push({ ...invalid('photoCoverIndex', 'There is no such photo.'), limit: media.length - 1, actual: photoCoverIndex });
  }
  return [...violations, ...media.flatMap(checkPicture)];
}

function checkPicture({ type, width, height, sizeBytes }: MediaFacts, index: number): Violation[] {
  const path = `mediaItems[${index}]`;
  if (sizeBytes === 0) return [{ rule: 'media_type', message: 'The file is empty.', path }];
  const actual = Math.min(width ?? 0, height ?? 0);
  if (type !== 'image' || actual <= MAX_SHORT_SIDE) return [];
  return [{ rule: 'media_dimensions', message: `The shorter side has ${actual} pixels; at most ${MAX_SHORT_SIDE} are allowed.`, limit: MAX_SHORT_SIDE, actual, path }];
}
