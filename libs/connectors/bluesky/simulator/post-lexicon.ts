import { isObject } from './answers.ts';

/** Limits of `app.bsky.feed.post` and its embeds, as the servers enforce that are older than the change to 2,000,000 bytes an image. */
const MAX_GRAPHEMES = 300;
const MAX_TEXT_BYTES = 3000;
const MAX_LANGS = 3;
const MAX_TAGS = 8;
const MAX_IMAGES = 4;
const MAX_IMAGE_BYTES = 1_000_000;
const MAX_VIDEO_BYTES = 300_000_000;

const DATETIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const LANGUAGE = /^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{1,8})*$/;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** A blob that a record refers to, and where. */
export interface BlobUse {
  readonly cid: string;
  readonly path: string;
}

class Violation extends Error {}

function demand(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Violation(message);
}

function requireKeys(object: Record<string, unknown>, keys: readonly string[], path: string): void {
  for (const key of keys) demand(object[key] !== undefined, `Missing required key "${key}" at ${path}`);
}

function checkText(text: unknown): void {
  demand(typeof text === 'string', `Expected string value type (got ${typeof text}) at $.record.text`);
  const bytes = Buffer.byteLength(text, 'utf8');
  demand(bytes <= MAX_TEXT_BYTES, `string too big (maximum ${MAX_TEXT_BYTES}, got ${bytes}) at $.record.text`);
  const count = [...graphemes.segment(text)].length;
  demand(count <= MAX_GRAPHEMES, `grapheme too big (maximum ${MAX_GRAPHEMES}, got ${count}) at $.record.text`);
}

function checkStrings(value: unknown, name: string, max: number, accepts: (text: string) => boolean): void {
  if (value === undefined) return;
  demand(Array.isArray(value), `Expected array value type at $.record.${name}`);
  demand(value.length <= max, `array too big (maximum ${max}, got ${value.length}) at $.record.${name}`);
  for (const [index, item] of value.entries())
    demand(typeof item === 'string' && accepts(item), `Invalid value at $.record.${name}[${index}]`);
}

function checkFacets(value: unknown): void {
  if (value === undefined) return;
  demand(Array.isArray(value), 'Expected array value type at $.record.facets');
  for (const [position, facet] of value.entries()) {
    const path = `$.record.facets[${position}]`;
    demand(isObject(facet), `Expected object value type at ${path}`);
    requireKeys(facet, ['index', 'features'], path);
    const { index, features } = facet;
    demand(
      isObject(index) && Number.isInteger(index['byteStart']) && Number.isInteger(index['byteEnd']),
      `Missing required key "byteStart" at ${path}.index`,
    );
    demand(Number(index['byteStart']) >= 0, `integer too small (minimum 0) at ${path}.index.byteStart`);
    demand(
      Array.isArray(features) && features.every((feature) => isObject(feature) && typeof feature['$type'] === 'string'),
      `Invalid value at ${path}.features`,
    );
  }
}

function blobUse(value: unknown, accept: string, max: number, path: string): BlobUse {
  demand(isObject(value) && value['$type'] === 'blob' && isObject(value['ref']), `Expected blob value type at ${path}`);
  const mimeType = String(value['mimeType']);
  const isAccepted = accept.endsWith('/*') ? mimeType.startsWith(accept.slice(0, -1)) : mimeType === accept;
  demand(isAccepted, `Expected "${accept}" (got "${mimeType}") at ${path}`);
  const size = Number(value['size']);
  demand(size <= max, `blob too big (maximum ${max}, got ${size}) at ${path}`);
  return { cid: String(value['ref']['$link']), path };
}

function checkExternal(external: unknown): BlobUse[] {
  demand(isObject(external), 'Missing required key "external" at $.record.embed');
  requireKeys(external, ['uri', 'title', 'description'], '$.record.embed.external');
  return external['thumb'] === undefined ? [] : [blobUse(external['thumb'], 'image/*', MAX_IMAGE_BYTES, '$.record.embed.external.thumb')];
}

/** Both ends of a reply are records by address and content. */
function checkReply(reply: unknown): void {
  if (reply === undefined) return;
  demand(isObject(reply), 'Expected object value type at $.record.reply');
  requireKeys(reply, ['root', 'parent'], '$.record.reply');
  for (const end of ['root', 'parent']) {
    const ref = reply[end];
    demand(isObject(ref), `Expected object value type at $.record.reply.${end}`);
    requireKeys(ref, ['uri', 'cid'], `$.record.reply.${end}`);
  }
}

function checkEmbed(embed: unknown): BlobUse[] {
  if (embed === undefined) return [];
  demand(isObject(embed), 'Expected object value type at $.record.embed');
  if (embed['$type'] === 'app.bsky.embed.video') return [blobUse(embed['video'], 'video/mp4', MAX_VIDEO_BYTES, '$.record.embed.video')];
  if (embed['$type'] === 'app.bsky.embed.external') return checkExternal(embed['external']);
  if (embed['$type'] !== 'app.bsky.embed.images') return [];
  const { images } = embed;
  demand(Array.isArray(images), 'Missing required key "images" at $.record.embed');
  demand(images.length <= MAX_IMAGES, `array too big (maximum ${MAX_IMAGES}, got ${images.length}) at $.record.embed.images`);
  return images.map((item: unknown, index) => {
    const path = `$.record.embed.images[${index}]`;
    demand(isObject(item), `Expected object value type at ${path}`);
    requireKeys(item, ['image', 'alt'], path);
    return blobUse(item['image'], 'image/*', MAX_IMAGE_BYTES, `${path}.image`);
  });
}

/** Checks a record against the lexicon. What is wrong comes in the server's words, without the "Invalid ... record" before it. */
export function checkPost(record: Record<string, unknown>): { readonly blobs: readonly BlobUse[] } | { readonly violation: string } {
  try {
    requireKeys(record, ['text', 'createdAt'], '$.record');
    checkText(record['text']);
    demand(typeof record['createdAt'] === 'string' && DATETIME.test(record['createdAt']), 'Invalid datetime at $.record.createdAt');
    checkStrings(record['langs'], 'langs', MAX_LANGS, (text) => LANGUAGE.test(text));
    checkStrings(record['tags'], 'tags', MAX_TAGS, (text) => [...graphemes.segment(text)].length <= 64);
    checkFacets(record['facets']);
    checkReply(record['reply']);
    return { blobs: checkEmbed(record['embed']) };
  } catch (error) {
    if (error instanceof Violation) return { violation: error.message };
    throw error;
  }
}
