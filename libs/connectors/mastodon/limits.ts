import type { AccountFacts } from '@plaza/contracts';
import type { Content, MediaFacts, MediaLimit, Violation } from '../kit/index.ts';
import { metadataSchema, optionsSchema, type MastodonOptions } from './schemas.ts';
import { countGraphemes, statusLength } from './text.ts';

const MAX_CHARACTERS = 500;
const MAX_MEDIA = 4;
const IMAGE_PIXELS = 33_177_600;
const VIDEO_PIXELS = 8_294_400;

/** Of a stock server: `configuration.media_attachments` of `GET /api/v2/instance`. */
export const MEDIA_LIMITS = {
  image: { mimeTypes: ['image/jpeg', 'image/png', 'image/webp', 'image/heic', 'image/heif', 'image/avif'], maxBytes: 16_777_216, maxCount: MAX_MEDIA },
  gif: { mimeTypes: ['image/gif'], maxBytes: 16_777_216, maxCount: 1 },
  video: { mimeTypes: ['video/mp4', 'video/quicktime', 'video/webm'], maxBytes: 103_809_024, maxCount: 1, maxFrameRate: 120 },
} as const satisfies Readonly<Record<string, MediaLimit>>;

/** As the account's server says, or as a stock server has it. The warning counts with the text. */
function maxLength({ options }: Content, _media: readonly MediaFacts[], account: AccountFacts | null): number {
  const { spoilerText = '' } = optionsSchema.parse(options);
  const told = metadataSchema.safeParse(account?.metadata).data?.maxCharacters;
  return (told ?? MAX_CHARACTERS) - countGraphemes(spoilerText);
}

export const TEXT_LIMIT = { unit: 'characters', max: MAX_CHARACTERS, maxWith: maxLength, count: statusLength } as const;

function checkPixels(media: readonly MediaFacts[]): Violation[] {
  return media.flatMap(({ type, width, height }, index) => {
    const limit = type === 'video' ? VIDEO_PIXELS : IMAGE_PIXELS;
    const actual = (width ?? 0) * (height ?? 0);
    return actual <= limit ? [] : [{ rule: 'media_dimensions', message: `It has ${actual} pixels; ${limit} are allowed.`, limit, actual, path: `mediaItems[${index}]` }];
  });
}

function checkAltText(altText: readonly string[], count: number, path: string): Violation[] {
  if (altText.length <= count) return [];
  return [{ rule: 'option_invalid', message: `There are ${altText.length} alt texts for ${count} media items.`, limit: count, actual: altText.length, path }];
}

function checkThreadItem({ content, mediaItems = [], altText = [] }: NonNullable<MastodonOptions['threadItems']>[number], limit: number, path: string): Violation[] {
  const violations = checkAltText(altText, mediaItems.length, `${path}.altText`);
  const actual = statusLength(content);
  if (actual > limit) violations.push({ rule: 'text_too_long', message: `The text has ${actual} characters; ${limit} are allowed.`, limit, actual, path: `${path}.content` });
  if (content === '' && mediaItems.length === 0) violations.push({ rule: 'text_required', message: 'A text is required.', path: `${path}.content` });
  if (mediaItems.length > 1 && mediaItems.some(({ type }) => type !== 'image')) {
    violations.push({ rule: 'media_mix', message: 'A video or GIF stands alone.', path: `${path}.mediaItems` });
  }
  return violations;
}

/** Without a text Mastodon would make the warning the text (mastodon/mastodon app/services/post_status_service.rb). */
function checkWarning(content: Content, options: MastodonOptions): Violation[] {
  const texts = [content.text, ...(options.threadItems ?? []).map((item) => item.content)];
  if (options.spoilerText === undefined || texts.every((text) => text.trim() !== '')) return [];
  return [{ rule: 'option_invalid', message: 'A content warning needs a text that it stands in front of.', path: 'platformSpecificData.spoilerText' }];
}

function checkPoll(media: readonly MediaFacts[], { poll }: MastodonOptions): Violation[] {
  if (poll === undefined) return [];
  const path = 'platformSpecificData.poll';
  const violations: Violation[] = [];
  if (media.length > 0) violations.push({ rule: 'media_mix', message: 'A poll cannot be combined with media.', path });
  if (new Set(poll.options).size < poll.options.length) violations.push({ rule: 'option_invalid', message: 'Two options of the poll are the same.', path: `${path}.options` });
  return violations;
}

export function check(content: Content, media: readonly MediaFacts[], account: AccountFacts | null): Violation[] {
  const options = optionsSchema.parse(content.options);
  const limit = maxLength(content, media, account);
  return [
    ...checkPixels(media),
    ...checkAltText(options.altText ?? [], media.length, 'platformSpecificData.altText'),
    ...checkPoll(media, options),
    ...checkWarning(content, options),
    ...(options.threadItems ?? []).flatMap((item, index) => checkThreadItem(item, limit, `platformSpecificData.threadItems[${index}]`)),
  ];
}
