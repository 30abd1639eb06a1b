import type { Mention } from './schemas.ts';

const RESERVED = /[|{}@[\]()<>#\\*_~]/g;
/** A `#` that begins a hashtag: not within a word or an address, and with a letter in what follows. */
const HASHTAG = /(?<![\p{L}\p{N}_&/=?#])#((?=[\p{N}_]*\p{L})[\p{L}\p{N}_]+)/gu;

const escaped = (text: string): string => text.replaceAll(RESERVED, (character) => `\\${character}`);

function withHashtags(text: string): string {
  let written = '';
  let end = 0;
  for (const match of text.matchAll(HASHTAG)) {
    written += `${escaped(text.slice(end, match.index))}{hashtag|\\#|${escaped(match[1] ?? '')}}`;
    end = match.index + match[0].length;
  }
  return written + escaped(text.slice(end));
}

/** How often a part stands in a text, overlaps counted. */
export function countOf(text: string, part: string): number {
  let count = 0;
  for (let from = text.indexOf(part); from >= 0; from = text.indexOf(part, from + 1)) count += 1;
  return count;
}

/**
 * A plain text as LinkedIn's "little text": reserved characters are escaped, for an unescaped one cuts the text off without a word;
 * hashtags and mentions are written so that LinkedIn sees them. Source: Posts API, little text format.
 */
export function toLittleText(text: string, mentions: readonly Mention[] = []): string {
  const places = mentions.map((mention) => ({ ...mention, start: text.indexOf(mention.text) })).filter(({ start }) => start >= 0);
  let written = '';
  let end = 0;
  for (const { text: name, urn, start } of places.toSorted((one, other) => one.start - other.start)) {
    if (start < end) continue;
    written += `${withHashtags(text.slice(end, start))}@[${escaped(name)}](${urn})`;
    end = start + name.length;
  }
  return written + withHashtags(text.slice(end));
}

/** What people read of a little text. */
export function fromLittleText(little: string): string {
  return little
    .replaceAll(/\{hashtag\|\\?(#|＃)\|((?:\\.|[^}])+)\}/gsu, (_all, sign: string, tag: string) => `${sign}${tag}`)
    .replaceAll(/@\[((?:\\.|[^\]])+)\]\(urn:li:\w+:[\w-]+\)/gsu, (_all, name: string) => name)
    .replaceAll(/\\(.)/gsu, (_all, character: string) => character);
}
