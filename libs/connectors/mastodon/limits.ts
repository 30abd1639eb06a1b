import type { AccountFacts } from '@plaza/contracts';
import type { Content, Limits, MediaFacts, MediaLimit, Violation } from '../kit/index.ts';
import { metadataSchema, optionsSchema, type MastodonOptions } from './schemas.ts';
import type { ServerLimits } from './server-limits.ts';
import { countGraphemes, LINK_LENGTH, statusLength } from './text.ts';

/** Of a stock server, these and those below (docs: entities/Instance). */
const MAX_CHARACTERS = 500;
const MAX_DESCRIPTION = 1500;

const MAX_MEDIA = 4;
const MIME_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/heic', 'image/heif', 'image/avif', 'image/gif', 'video/mp4', 'video/quicktime', 'video/webm'];

/** Pleroma and Akkoma name this for whatever it may be (`instance_view.ex`), from which nothing follows. */
const ANYTHING = 'application/octet-stream';

/** What the account's own server told when it was connected. */
const toldBy = (account: AccountFacts | null): ServerLimits => metadataSchema.safeParse(account?.metadata).data?.limits ?? {};

function mediaLimits(told: ServerLimits): Readonly<Partial<Record<'image' | 'gif' | 'video', MediaLimit>>> {
  const { imageBytes = 16_777_216, imagePixels = 33_177_600, videoBytes = 103_809_024, videoPixels = 8_294_400, videoFrameRate = 120 } = told;
  const { maxMedia = MAX_MEDIA, mimeTypes = [] } = told;
  const types = mimeTypes.length === 0 || mimeTypes.includes(ANYTHING) ? MIME_TYPES : mimeTypes;
  const image = { maxBytes: imageBytes, maxPixels: imagePixels };
  const limits = {
    image: { mimeTypes: types.filter((type) => type.startsWith('image/') && type !== 'image/gif'), ...image, maxCount: maxMedia },
    gif: { mimeTypes: types.filter((type) => type === 'image/gif'), ...image, maxCount: 1 },
    video: { mimeTypes: types.filter((type) => type.startsWith('video/')), maxBytes: videoBytes, maxPixels: videoPixels, maxCount: 1, maxFrameRate: videoFrameRate },
  };
  return Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit.mimeTypes.length > 0));
}

export const mediaLimitsOf = (account: AccountFacts | null): ReturnType<typeof mediaLimits> => mediaLimits(toldBy(account));

/** As the account's server says, or as a stock server has it. The warning counts with the text. */
function maxLength({ options }: Content, _media: readonly MediaFacts[], account: AccountFacts | null): number {
  const { spoilerText = '' } = optionsSchema.parse(options);
  const told = metadataSchema.safeParse(account?.metadata).data?.maxCharacters;
  return (told ?? MAX_CHARACTERS) - countGraphemes(spoilerText);
}

/** Of the account's own server, as far as it told them when the account was connected; of a stock server where there is no account. */
export function limitsOf(account: AccountFacts | null): Limits {
  const { maxMedia = MAX_MEDIA, linkLength = LINK_LENGTH } = toldBy(account);
  return {
    text: [{ unit: 'characters', max: MAX_CHARACTERS, maxWith: maxLength, count: (text) => statusLength(text, linkLength) }],
    textRequired: 'without_media',
    mediaRequired: false,
    maxMedia,
    exclusive: ['gif', 'video'],
    media: mediaLimitsOf(account),
  };
}

function checkAltText(altText: readonly string[], count: number, path: string, account: AccountFacts | null): Violation[] {
  const { descriptionLength: limit = MAX_DESCRIPTION } = toldBy(account);
  const long = altText.flatMap((text, index): Violation[] => {
    const actual = countGraphemes(text);
    return actual <= limit ? [] : [{ rule: 'option_invalid', message: `The alt text has ${actual} characters; ${limit} are allowed.`, limit, actual, path: `${path}[${index}]` }];
  });
  if (altText.length <= count) return long;
  return [...long, { rule: 'option_invalid', message: `There are ${altText.length} alt texts for ${count} media items.`, limit: count, actual: altText.length, path }];
}

type ThreadItem = NonNullable<MastodonOptions['threadItems']>[number];

function checkThreadItem({ content, mediaItems = [], altText = [] }: ThreadItem, limit: number, path: string, account: AccountFacts | null): Violation[] {
  const { text: [{ count } = { count: statusLength }], maxMedia } = limitsOf(account);
  const violations = checkAltText(altText, mediaItems.length, `${path}.altText`, account);
  const actual = count(content);
  if (actual > limit) violations.push({ rule: 'text_too_long', message: `The text has ${actual} characters; ${limit} are allowed.`, limit, actual, path: `${path}.content` });
  if (content === '' && mediaItems.length === 0) violations.push({ rule: 'text_required', message: 'A text is required.', path: `${path}.content` });
  if (mediaItems.length > maxMedia) {
    violations.push({ rule: 'too_many_media', message: `At most ${maxMedia} media items are allowed.`, limit: maxMedia, actual: mediaItems.length, path: `${path}.mediaItems` });
  }
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
    ...checkAltText(options.altText ?? [], media.length, 'platformSpecificData.altText', account),
    ...checkPoll(media, options),
    ...checkWarning(content, options),
    ...(options.threadItems ?? []).flatMap((item, index) => checkThreadItem(item, limit, `platformSpecificData.threadItems[${index}]`, account)),
  ];
}
