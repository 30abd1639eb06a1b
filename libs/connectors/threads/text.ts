const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const EMOJI = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20E3/u;

/** Length as Threads counts it: an emoji as many as its UTF-8 bytes, everything else by characters (Threads API, limitations). */
export function countCharacters(text: string): number {
  let count = 0;
  for (const { segment } of graphemes.segment(text)) count += EMOJI.test(segment) ? Buffer.byteLength(segment) : Array.from(segment).length;
  return count;
}

/** Different links of a text and of what is attached; one that stands twice is counted once. */
export function countLinks(text: string, attached: readonly string[] = []): number {
  const inText = text.match(/(?:https?:\/\/|(?<![\p{L}\p{N}.@])www\.)[^\s]+/giu) ?? [];
  return new Set([...inText, ...attached].map((link) => link.replace(/[).,;:!?]+$/, ''))).size;
}
