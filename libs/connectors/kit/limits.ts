import type { AccountFacts } from '@plaza/contracts';
import type { Content, MediaFacts, Violation } from './content.ts';
import type { Budget, Limits, Manifest, MediaLimit } from './manifest.ts';

/** Every limit of the platform that the content breaks; empty when the platform would take it. What is not known of the account refuses nothing. */
export function checkContent(manifest: Manifest, content: Content, media: readonly MediaFacts[], account: AccountFacts | null = null): Violation[] {
  const limits = (account === null ? undefined : manifest.limitsOf?.(account)) ?? manifest.limits;
  return [
    ...checkAccess(manifest, content, account),
    ...checkText(limits, content, media, account),
    ...checkMediaSet(limits, media),
    ...media.flatMap((item, index) => checkMediaItem(limits.media[item.type], item, `mediaItems[${index}]`)),
    ...(manifest.check?.(content, media, account) ?? []),
  ];
}

/** What the content needs and the account was connected without. */
function checkAccess(manifest: Manifest, content: Content, account: AccountFacts | null): Violation[] {
  const { oauth } = manifest.auth;
  if (oauth === undefined || account === null || account.scopes.length === 0) return [];
  const scopes = (account.login === null ? undefined : oauth.logins?.[account.login]?.scopes) ?? oauth.scopes;
  return (manifest.needs?.(content) ?? []).flatMap(({ capability, path }) => {
    const missing = (scopes[capability] ?? []).filter((scope) => !account.scopes.includes(scope));
    if (missing.length === 0) return [];
    return [{ rule: 'scope_missing', message: `The account was connected without ${missing.join(', ')}: connect it again with the capability ${capability}.`, path }];
  });
}

function checkText(limits: Limits, content: Content, media: readonly MediaFacts[], account: AccountFacts | null): Violation[] {
  const { text } = content;
  const isEmpty = text.trim() === '';
  const isRequired = limits.textRequired === 'always' || (limits.textRequired === 'without_media' && media.length === 0);
  if (isEmpty && isRequired) return [{ rule: 'text_required', message: 'A text is required.', path: 'content' }];
  return limits.text.flatMap((limit) => {
    const actual = limit.count(text);
    const max = limit.maxWith?.(content, media, account) ?? limit.max;
    if (actual <= max) return [];
    return [{ rule: 'text_too_long', message: `The text has ${actual} ${limit.unit}; ${max} are allowed.`, limit: max, actual, path: 'content' }];
  });
}

function checkMediaSet(limits: Limits, media: readonly MediaFacts[]): Violation[] {
  const violations: Violation[] = [];
  if (limits.mediaRequired && media.length === 0) violations.push({ rule: 'media_required', message: 'At least one media item is required.', path: 'mediaItems' });
  if (media.length > limits.maxMedia) {
    violations.push({ rule: 'too_many_media', message: `At most ${limits.maxMedia} media items are allowed.`, limit: limits.maxMedia, actual: media.length, path: 'mediaItems' });
  }
  for (const [type, limit] of Object.entries(limits.media)) {
    const actual = media.filter((item) => item.type === type).length;
    if (actual <= limit.maxCount) continue;
    violations.push({ rule: 'too_many_media', message: `At most ${limit.maxCount} media items of type ${type} are allowed.`, limit: limit.maxCount, actual, path: 'mediaItems' });
  }
  const alone = media.find((item) => limits.exclusive.includes(item.type));
  if (alone !== undefined && media.some((item) => item.type !== alone.type)) {
    violations.push({ rule: 'media_mix', message: `Media of type ${alone.type} cannot be combined with other media.`, path: 'mediaItems' });
  }
  return violations;
}

/** What one file breaks of the limits of its type. */
export function checkMediaItem(limit: MediaLimit | undefined, item: MediaFacts, path: string): Violation[] {
  if (limit === undefined) return [{ rule: 'media_type', message: `Media of type ${item.type} is not taken here.`, actual: item.type, path }];
  const violations: Violation[] = [];
  if (!limit.mimeTypes.includes(item.mimeType)) {
    violations.push({ rule: 'media_type', message: `The bytes are ${item.mimeType}.`, limit: limit.mimeTypes.join(', '), actual: item.mimeType, path });
  }
  if (item.sizeBytes > limit.maxBytes) {
    violations.push({ rule: 'media_too_large', message: `The file has ${item.sizeBytes} bytes; ${limit.maxBytes} are allowed.`, limit: limit.maxBytes, actual: item.sizeBytes, path });
  }
  const aspect = item.width === null || item.height === null || item.height === 0 ? null : item.width / item.height;
  violations.push(
    ...range('media_dimensions', 'width in pixels', item.width, limit.minWidth, limit.maxWidth, path),
    ...range('media_dimensions', 'height in pixels', item.height, limit.minHeight, limit.maxHeight, path),
    ...range('media_dimensions', 'number of pixels', item.width === null || item.height === null ? null : item.width * item.height, undefined, limit.maxPixels, path),
    ...range('media_dimensions', 'aspect ratio', aspect, limit.minAspect, limit.maxAspect, path),
    ...range('media_duration', 'duration in milliseconds', item.durationMs, limit.minDurationMs, limit.maxDurationMs, path),
    ...range('media_frame_rate', 'number of frames a second', item.frameRate, limit.minFrameRate, limit.maxFrameRate, path),
    ...oneOf('video codec', item.videoCodec, limit.videoCodecs, path),
    ...oneOf('audio codec', item.audioCodec, limit.audioCodecs, path),
  );
  return violations;
}

function oneOf(what: string, actual: string | null, allowed: readonly string[] | undefined, path: string): Violation[] {
  if (actual === null || allowed === undefined || allowed.includes(actual)) return [];
  return [{ rule: 'media_codec', message: `The ${what} is ${actual}; ${allowed.join(' or ')} is required.`, limit: allowed.join(', '), actual, path }];
}

function range(rule: string, what: string, actual: number | null, min: number | undefined, max: number | undefined, path: string): Violation[] {
  if (actual === null) return [];
  const shown = Math.round(actual * 1000) / 1000;
  if (min !== undefined && actual < min) return [{ rule, message: `The ${what} is ${shown}; at least ${min} is required.`, limit: min, actual: shown, path }];
  if (max !== undefined && actual > max) return [{ rule, message: `The ${what} is ${shown}; at most ${max} is allowed.`, limit: max, actual: shown, path }];
  return [];
}

/** For people, in the largest unit of which it is more than one: `a day (UTC)`, `in 24 hours`, `in 60 seconds`. */
export function describeWindow(window: Budget['window']): string {
  if (window.kind === 'day') return `a day (${window.timeZone})`;
  if (window.ms > 3_600_000) return `in ${window.ms / 3_600_000} hours`;
  return window.ms > 60_000 ? `in ${window.ms / 60_000} minutes` : `in ${window.ms / 1000} seconds`;
}

/** What a part of a post without options and media takes of a budget. */
export function plainCost({ cost }: Budget, part = 0): number {
  return cost(part, { text: '', options: {} });
}
