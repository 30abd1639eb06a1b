import { createHash } from 'node:crypto';
import type { UrlEntity } from './world.ts';

const PATH_END = String.raw`[^\s<>"]*[^\s<>".,;:!?)\]]`;
const BARE_DOMAIN = String.raw`(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:com|net|org|io|dev|app|co|de|uk|eu|gov|edu)\b(?:\/${PATH_END})?`;
const URLS = new RegExp(String.raw`https?:\/\/${PATH_END}|${BARE_DOMAIN}`, 'giu');
const URL_LENGTH = 23;
const EMOJI_LENGTH = 2;
const LIGHT_RANGES = [
  [0, 4351],
  [8192, 8205],
  [8208, 8223],
  [8242, 8247],
] as const;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Length as X counts it (twitter-text configuration 3): a URL is 23, an emoji sequence 2, most scripts 1, CJK and the like 2. */
export function weigh(text: string): number {
  const normal = text.normalize('NFC');
  const links = normal.match(URLS)?.length ?? 0;
  let length = links * URL_LENGTH;
  for (const { segment } of graphemes.segment(normal.replaceAll(URLS, ''))) length += weighGrapheme(segment);
  return length;
}

function weighGrapheme(segment: string): number {
  const points = [...segment].map((character) => character.codePointAt(0) ?? 0);
  if (points.length > 1 && /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u.test(segment)) return EMOJI_LENGTH;
  return points.reduce((sum, point) => sum + (LIGHT_RANGES.some(([from, to]) => point >= from && point <= to) ? 1 : 2), 0);
}

/**
 * The text as X gives it back: links wrapped by t.co, a link for the media at the end, and `&`, `<`, `>` escaped. Positions count code
 * points.
 */
export function wrap(
  raw: string,
  seed: string,
  mediaLinks: readonly { readonly key: string; readonly url: string }[],
): { text: string; urls: UrlEntity[] } {
  const urls: UrlEntity[] = [];
  let text = '';
  const put = (expanded: string, key: string | undefined): void => {
    const url = `https://t.co/${createHash('sha256')
      .update(`${seed} ${key === undefined ? urls.length : 'media'}`)
      .digest('hex')
      .slice(0, 10)}`;
    const start = [...text].length;
    if (!text.endsWith(url)) text += url;
    const display = expanded.replace(/^https?:\/\/(?:www\.)?/i, '');
    urls.push({
      start,
      end: start + url.length,
      url,
      expanded_url: expanded,
      display_url: display,
      ...(key === undefined ? {} : { media_key: key }),
    });
  };
  let at = 0;
  for (const match of raw.matchAll(URLS)) {
    text += escapeText(raw.slice(at, match.index));
    put(/^https?:/i.test(match[0]) ? match[0] : `http://${match[0]}`, undefined);
    at = match.index + match[0].length;
  }
  text += escapeText(raw.slice(at));
  if (mediaLinks.length > 0 && text !== '') text += ' ';
  for (const { key, url } of mediaLinks) put(url, key);
  return { text, urls };
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
