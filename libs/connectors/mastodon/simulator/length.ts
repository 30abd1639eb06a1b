const segments = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Mentions and links in one pass, as the server takes them out of the text. */
const ENTITIES = /(^|[\s(])(?:(https?:\/\/[^\s/?#]+\.[^\s/?#.]{2,}(?:[/?#](?:[^\s()]|\([^\s()]*\))*?)?)(?=[.,:;!?]*\)?[.,:;!?]*(?:\s|$))|@(\w[\w.-]*)@[\w.-]*\w)/g;

/** Characters of a status as the server counts them: warning and text, each link as long as the server says, each mention without its server. */
export function lengthOf(warning: string, text: string, linkLength = 23): number {
  const countable = text.replaceAll(ENTITIES, (_whole, before: string, link: string | undefined, name: string) => `${before}${link === undefined ? `@${name}` : 'x'.repeat(linkLength)}`);
  return [...segments.segment(`${warning}${countable}`)].length;
}
