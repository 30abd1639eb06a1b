import type { Facet } from './schemas.ts';

/**
 * What stands in a text, before mentions are resolved. Byte offsets count UTF-8, start inclusive, end exclusive
 * (`app.bsky.richtext.facet`): the server detects nothing by itself.
 */
export type Detected = { readonly byteStart: number; readonly byteEnd: number } & (
  | { readonly kind: 'link'; readonly uri: string }
  | { readonly kind: 'mention'; readonly handle: string }
  | { readonly kind: 'tag'; readonly tag: string }
);

/** Only addresses with a scheme: whether `readme.md` is a domain cannot be told without a list of the day's top-level domains. */
const LINK = /(^|[\s(])(https?:\/\/\S+)/gu;
/** A handle is a domain name (atproto.com/specs/handle), so it has a dot and its last part begins with a letter. */
const MENTION = /(^|[\s(])@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)(?![a-z0-9-])/giu;
const TAG = /(^|\s)[#＃](?!\ufe0f)(\S+)/gu;
const MAX_HANDLE_LENGTH = 253;
const MAX_TAG_GRAPHEMES = 64;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Length in grapheme clusters, as the lexicon's `maxGraphemes` counts. */
export function countGraphemes(text: string): number {
  let count = 0;
  for (const _segment of graphemes.segment(text)) count += 1;
  return count;
}

/** Length in UTF-8 bytes, as the lexicon's `maxLength` counts. */
export function countBytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** Takes off what ends a sentence and not an address, and a closing bracket that was opened before the address. */
function trimLink(uri: string): string {
  const trimmed = uri.replace(/[.,;:!?'"»”]+$/u, '');
  return trimmed.endsWith(')') && !trimmed.includes('(') ? trimLink(trimmed.slice(0, -1)) : trimmed;
}

/** A tag without the punctuation that ends a sentence; undefined for a bare number, punctuation only, or one too long for the lexicon. */
function trimTag(tag: string): string | undefined {
  const trimmed = tag.replace(/\p{P}+$/u, '');
  const hasLetter = /[^\d\s\p{P}]/u.test(trimmed);
  return hasLetter && countGraphemes(trimmed) <= MAX_TAG_GRAPHEMES ? trimmed : undefined;
}

function stretch(text: string, start: number, length: number): { byteStart: number; byteEnd: number } {
  const byteStart = countBytes(text.slice(0, start));
  return { byteStart, byteEnd: byteStart + countBytes(text.slice(start, start + length)) };
}

function* links(text: string): Generator<Detected> {
  for (const { index, 1: before = '', 2: found = '' } of text.matchAll(LINK)) {
    const uri = trimLink(found);
    if (URL.canParse(uri)) yield { kind: 'link', uri, ...stretch(text, index + before.length, uri.length) };
  }
}

function* mentions(text: string): Generator<Detected> {
  for (const { index, 1: before = '', 2: handle = '' } of text.matchAll(MENTION)) {
    if (handle.length > MAX_HANDLE_LENGTH) continue;
    yield { kind: 'mention', handle: handle.toLowerCase(), ...stretch(text, index + before.length, handle.length + 1) };
  }
}

function* tags(text: string): Generator<Detected> {
  for (const { index, 1: before = '', 2: found = '' } of text.matchAll(TAG)) {
    const tag = trimTag(found);
    if (tag !== undefined) yield { kind: 'tag', tag, ...stretch(text, index + before.length, tag.length + 1) };
  }
}

/** Finds links, mentions and hashtags, in the order of the text. They cannot overlap: each begins after white space or a bracket. */
export function detect(text: string): readonly Detected[] {
  return [...links(text), ...mentions(text), ...tags(text)].sort((one, other) => one.byteStart - other.byteStart);
}

function feature(found: Detected, dids: ReadonlyMap<string, string>): Facet['features'][number] | undefined {
  if (found.kind === 'link') return { $type: 'app.bsky.richtext.facet#link', uri: found.uri };
  if (found.kind === 'tag') return { $type: 'app.bsky.richtext.facet#tag', tag: found.tag };
  const did = dids.get(found.handle);
  return did === undefined ? undefined : { $type: 'app.bsky.richtext.facet#mention', did };
}

/** The facets of a record. A mention whose handle has no DID stays plain text. */
export function toFacets(found: readonly Detected[], dids: ReadonlyMap<string, string>): Facet[] {
  return found.flatMap((one) => {
    const described = feature(one, dids);
    return described === undefined ? [] : [{ index: { byteStart: one.byteStart, byteEnd: one.byteEnd }, features: [described] }];
  });
}
