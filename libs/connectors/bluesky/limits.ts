import type { AccountFacts } from '@plaza/contracts';
import type { Content, Limits, MediaFacts, MediaLimit, Violation } from '../kit/index.ts';
import { countBytes, countGraphemes } from './richtext.ts';
import { metadataSchema, optionsSchema, type BlueskyOptions } from './schemas.ts';

const MAX_GRAPHEMES = 300;
const MAX_BYTES = 3000;
const MAX_LANGUAGES = 3;
const LANGUAGE = /^[a-z]{2,3}(-[a-z0-9]{1,8})*$|^[ix](-[a-z0-9]{1,8})+$/i;

const IMAGE: MediaLimit = { mimeTypes: ['image/jpeg', 'image/png', 'image/webp'], maxBytes: 1_000_000, maxCount: 4 };
const VIDEO: MediaLimit = { mimeTypes: ['video/mp4'], maxBytes: 300_000_000, maxCount: 1 };

/** A server that told its own limit for blobs takes no larger picture, nor a video that comes to it as it is. The video service makes its own of others. */
export function mediaLimitsOf(account: AccountFacts | null): { readonly image: MediaLimit; readonly video: MediaLimit } {
  const { blobUploadLimit = Infinity, storesVideosItself = false } = metadataSchema.safeParse(account?.metadata).data ?? {};
  const within = (limit: MediaLimit): MediaLimit => ({ ...limit, maxBytes: Math.min(limit.maxBytes, blobUploadLimit) });
  return { image: within(IMAGE), video: storesVideosItself ? within(VIDEO) : VIDEO };
}

/** For an account those of its server; without one those of the network. */
export function limitsOf(account: AccountFacts | null): Limits {
  return {
    text: [
      { unit: 'graphemes', max: MAX_GRAPHEMES, count: countGraphemes },
      { unit: 'bytes', max: MAX_BYTES, count: countBytes },
    ],
    // Without media a link card is enough, which only `check` can see.
    textRequired: 'never',
    mediaRequired: false,
    maxMedia: 4,
    exclusive: ['video'],
    media: mediaLimitsOf(account),
  };
}

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

export function check(content: Content, media: readonly MediaFacts[]): Violation[] {
  const { langs = [], altText = [], threadItems = [], linkCard } = optionsSchema.parse(content.options);
  const violations = threadItems.flatMap((item, index) => checkThreadItem(item, `platformSpecificData.threadItems[${index}]`));
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

