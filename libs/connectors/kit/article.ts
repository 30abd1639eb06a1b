const LINK = /https?:\/\/[^\s<>"]+[^\s<>".,:;!?')\]]/g;

/** Everything that stands between tags or in a double-quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}

/** Paragraphs of a plain text as HTML: an empty line ends one, a line end within is a break, links lead. Nothing in it is taken for markup. */
export function textToHtml(text: string): string {
  const paragraphs = text.replaceAll('\r\n', '\n').split(/\n\s*\n/).map((paragraph) => paragraph.trim());
  return paragraphs.filter((paragraph) => paragraph !== '').map((paragraph) => `<p>${paragraph.split('\n').map(linked).join('<br>')}</p>`).join('');
}

function linked(text: string): string {
  let html = '';
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const [link] = match;
    html += `${escapeHtml(text.slice(end, match.index))}<a href="${escapeHtml(link)}">${escapeHtml(link)}</a>`;
    end = match.index + link.length;
  }
  return html + escapeHtml(text.slice(end));
}

/**
 * An article of a text, for platforms whose posts have titles: without a title of its own the first line is it, and the rest the body. A
 * first line that is too long for a title is cut, and stays in the body as well. Of HTML no line is a title, which then is empty.
 */
export function titled(text: string, own: { readonly title?: string | undefined; readonly isHtml: boolean; readonly maxTitle: number }): { readonly title: string; readonly body: string } {
  const whole = text.trim();
  if (own.title !== undefined) return { title: own.title, body: whole };
  if (own.isHtml) return { title: '', body: whole };
  const [first = '', ...rest] = whole.split('\n');
  const line = first.trim();
  if (line.length > own.maxTitle) return { title: `${line.slice(0, own.maxTitle - 1).replace(/\s+\S*$|[\uD800-\uDBFF]$/, '')}…`, body: whole };
  const remaining = rest.join('\n').trim();
  return { title: line, body: remaining === '' ? whole : remaining };
}
