export const LINK_LENGTH = 23;
/** A link with its protocol; Mastodon gives no reduction to bare domains. What stands before it may not be part of a word or a name. */
const LINK = /(?<![\p{L}\p{N}_@$#/])https?:\/\/(?:[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*[\p{L}\p{N}_])?\.)+\p{L}{2,}(?::\d+)?(?:[/?#][^\s<>"`]*)?/giu;
const MENTION = /(?<![=/\p{L}\p{N}_])@([a-z0-9_]+(?:[.-]+[a-z0-9_]+)*)@[\p{L}\p{N}_.-]*[\p{L}\p{N}_]/giu;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

export const countGraphemes = (text: string): number => [...graphemes.segment(text)].length;

/**
 * The length of a status: grapheme clusters, each link 23 of them or as many as the server says, of a mention the name without its server.
 * Source: mastodon/mastodon app/validators/status_length_validator.rb.
 */
export function statusLength(text: string, linkLength = LINK_LENGTH): number {
  return countGraphemes(text.replaceAll(LINK, (link) => `${'x'.repeat(linkLength)}${trailOf(link)}`).replaceAll(MENTION, '@$1'));
}

/** Punctuation at the end belongs to the sentence, and so does a bracket that the link does not open. */
function trailOf(link: string): string {
  let end = link.length;
  for (; end > 0; end -= 1) {
    const last = link[end - 1] ?? '';
    const isLoose = last === ')' && link.slice(0, end).split(')').length > link.slice(0, end).split('(').length;
    if (!/[.,:;!?'*…\]}]/.test(last) && !isLoose) break;
  }
  return link.slice(end);
}
