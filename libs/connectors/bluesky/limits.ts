import type { AccountFacts } from '@plaza/contracts';
import type { Content, MediaFacts, MediaLimit, TextLimit, Violation } from '../kit/index.ts';
import { countBytes, countGraphemes } from './richtext.ts';
import { metadataSchema, optionsSchema, type BlueskyOptions } from './schemas.ts';

const MAX_GRAPHEMES = 300;
const MAX_BYTES = 3000;
const MAX_LANGUAGES = 3;
const LANGUAGE = /^[a-z]{2,3}(-[a-z0-9]{1,8})*$|^[ix](-[a-z0-9]{1,8})+$/i;

export const TEXT_LIMITS: readonly TextLimit[] = [
  { unit: 'graphemes', max: MAX_GRAPHEMES, count: countGraphemes },
  { unit: 'bytes', max: MAX_BYTES, count: countBytes },
];

export const MEDIA_LIMITS = {
  image: { mimeTypes: ['image/jpeg', 'image/png', 'image/webp'], maxBytes: 1_000_000, maxCount: 4 },
  video: { mimeTypes: ['video/mp4'], maxBytes: 300_000_000, maxCount: 1 },
} as const satisfies Readonly<Record<string, MediaLimit>>;

function checkThreadItem({ content, mediaItems = [], altText = [] }: NonNullable<BlueskyOptions['threadItems']>[number], path: string): Violation[] {
  const counts = [
    { unit: 'graphemes', max: MAX_GRAPHEMES, actual: countGraphemes(content) },
    { unit: 'bytes', max: MAX_BYTES, actual: countBytes(content) },
  ];
  const tooLong = counts.filter(({ max, actual }) => actual > max);
  const isMixed = mediaItems.length > 1 && mediaItems.some(({ type }) => type === 'video');
  return [
    ...tooLong.map(({ unit, max, actual }) => ({ rule: 'text_too_long', message: `The text has ${actual} ${unit}; ${max} are allowed.`, limit: max, actual, path: `${path}.content` })),
    ...(content === '' && mediaItems.length === 0 ? [{ rule: 'text_required', message: 'A text is required where there are no media.', path: `${path}.content` }] : []),
    ...(isMixed ? [{ rule: 'media_mix', message: 'Media of type video cannot be combined with other media.', path: `${path}.mediaItems` }] : []),
    ...checkAltText(altText, mediaItems.length, `${path}.altText`),
  ];
}

function checkAltText(altText: readonly string[], mediaCount: number, path: string): Violation[] {
  if (altText.length <= mediaCount) return [];
  return [{ rule: 'option_invalid', message: `There are ${altText.length} alt texts for ${mediaCount} media items.`, limit: mediaCount, actual: altText.length, path }];
}

/** A server that told its own limit for blobs takes no larger picture, nor a video that comes to it as it is. The video service makes its own of others. */
function checkBlobs(media: readonly MediaFacts[], account: AccountFacts | null): Violation[] {
  const { blobUploadLimit: limit, storesVideosItself = false } = metadataSchema.safeParse(account?.metadata).data ?? {};
  if (limit === undefined) return [];
  return media.flatMap(({ type, sizeBytes: actual }, index) => {
    if (actual <= limit || (type === 'video' && !storesVideosItself)) return [];
    return [{ rule: 'media_too_large', message: `The file has ${actual} bytes; the account's server takes ${limit}.`, limit, actual, path: `mediaItems[${index}]` }];
  });
}

export function check(content: Content, media: readonly MediaFacts[], account: AccountFacts | null): Violation[] {
  const { langs = [], altText = [], threadItems = [], linkCard } = optionsSchema.parse(content.options);
  const violations = [...checkBlobs(media, account), ...threadItems.flatMap((item, index) => checkThreadItem(item, `platformSpecificData.threadItems[${index}]`))];
  if (content.text.trim() === '' && media.length === 0 && linkCard === undefined) {
    violations.push({ rule: 'text_required', message: 'A text is required where there are neither media nor a link card.', path: 'content' });
  }
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

