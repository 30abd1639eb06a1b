import { domainToASCII } from 'node:url';
import { TOP_LEVEL_DOMAINS } from './tlds.ts';

const LIGHT = 100;
const HEAVY = 200;
const SCALE = 100;
const URL_WEIGHT = 23 * SCALE;
const EMOJI_WEIGHT = HEAVY;
/** Code points that weigh 100; all others weigh 200 (twitter-text configuration 3). */
const LIGHT_RANGES = [
  [0, 4351],
  [8192, 8205],
  [8208, 8223],
  [8242, 8247],
] as const;

const LABEL = String.raw`[\p{L}\p{N}\p{M}\p{So}](?:[\p{L}\p{N}\p{M}\p{So}_-]*[\p{L}\p{N}\p{M}\p{So}])?`;
const ASCII_LABEL = String.raw`[a-z\d\u00c0-\u024f](?:[a-z\d\u00c0-\u024f_-]*[a-z\d\u00c0-\u024f])?`;
const PATH_CHARACTER = String.raw`[\p{L}\p{N}\p{M}!*';:=+,.$/%#\[\]\-\u2013_~@|&]`;
const PATH_END = String.raw`[\p{L}\p{N}\p{M}=_#/+\-]|\([^()\s]*\)`;
const PATH = String.raw`/(?:(?:${PATH_CHARACTER}|\([^()\s]*\))*(?:${PATH_END}))?`;
const TAIL = String.raw`(?::\d+)?(?:${PATH})?(?:\?[a-z\d!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z\d\-_&=#/])?`;
/**
 * Something that may be a link: with a protocol in any script, without one in ASCII and Latin only and not inside of a word, path or
 * address.
 */
const CANDIDATE = new RegExp(
  [
    String.raw`(?<![a-z\d@$#\uff20\uff03])(https?:\/\/)((?:${LABEL}\.)+${LABEL})(${TAIL})`,
    String.raw`(?<![a-z\d\u00c0-\u024f@$#\uff20\uff03\-_./])((?:${ASCII_LABEL}\.)+[a-z\d-]+)(${TAIL})`,
  ].join('|'),
  'giu',
);
const MAX_HOST = 253;

/** An emoji with all that belongs to it; keycaps also where the variation selector was left out. */
const EMOJI = /\p{RGI_Emoji}|[#*0-9]\ufe0f?\u20e3|\p{Extended_Pictographic}\ufe0f?(?:\u200d\p{Extended_Pictographic}\ufe0f?)+/v;
const PIECE = new RegExp(`(?<emoji>${EMOJI.source})|.`, 'gsv');

/**
 * Length of a text as X counts it, in weighted characters: NFC first, a link is 23, an emoji sequence 2, Latin and most alphabets 1, the
 * rest 2. Source: twitter-text configuration 3, proven with its conformance vectors.
 */
export function weightedLength(text: string): number {
  const normal = text.normalize('NFC');
  let weight = 0;
  let at = 0;
  for (const link of links(normal)) {
    weight += weigh(normal.slice(at, link.start)) + URL_WEIGHT;
    at = link.end;
  }
  return (weight + weigh(normal.slice(at))) / SCALE;
}

/** Where X makes links of a text: half-open ranges of UTF-16 positions, in order. */
export function links(text: string): { readonly start: number; readonly end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (const match of text.matchAll(CANDIDATE)) {
    const [whole, protocol, protocolHost, protocolTail, bareHost, bareTail] = match;
    const hostText = protocolHost ?? bareHost ?? '';
    const host = validHost(hostText);
    if (host === undefined) continue;
    // A host that goes on behind its top-level domain is cut there, and the path with it.
    const tail = host === hostText ? (protocolTail ?? bareTail ?? '') : '';
    const start = match.index;
    const end = start + (protocol ?? '').length + host.length + tail.length;
    if (end > start && end <= start + whole.length) found.push({ start, end });
  }
  return found;
}

/** The host up to its last label that is a top-level domain, if all of it is short enough for DNS. */
function validHost(host: string): string | undefined {
  const labels = host.split('.');
  for (let length = labels.length; length >= 2; length -= 1) {
    const last = labels[length - 1] ?? '';
    // Behind an ASCII domain a text in another script may go on without a space.
    const top = [last, /^[a-z\d-]+/i.exec(last)?.[0] ?? ''].find(isTopLevel);
    if (top === undefined || labels[length - 2]?.includes('_') === true) continue;
    const candidate = [...labels.slice(0, length - 1), top].join('.');
    return fitsDns(candidate) ? candidate : undefined;
  }
  return undefined;
}

function isTopLevel(label: string): boolean {
  return TOP_LEVEL_DOMAINS.has(label.toLowerCase()) || /^xn--[a-z\d-]+$/i.test(label);
}

function fitsDns(host: string): boolean {
  const ascii = domainToASCII(host.replaceAll('_', 'u'));
  return ascii !== '' && ascii.length <= MAX_HOST && ascii.split('.').every((label) => label.length <= 63);
}

function weigh(text: string): number {
  let weight = 0;
  for (const { 0: piece, groups } of text.matchAll(PIECE)) weight += groups?.['emoji'] === undefined ? weighPoint(piece) : EMOJI_WEIGHT;
  return weight;
}

function weighPoint(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  return LIGHT_RANGES.some(([from, to]) => point >= from && point <= to) ? LIGHT : HEAVY;
}
