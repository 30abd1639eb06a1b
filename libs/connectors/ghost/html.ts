import { escapeHtml, textToHtml, titled, type MediaFile, type Publication } from '../kit/index.ts';
import { optionsSchema, type GhostOptions } from './schemas.ts';

const MAX_TITLE = 255;

/** Title and body of the text. */
export const articleOf = (text: string, { title, format }: GhostOptions): ReturnType<typeof titled> => titled(text, { title, isHtml: format === 'html', maxTitle: MAX_TITLE });

/** A file as it stands in the body. Ghost makes a card of a picture; the rest is kept as it is by its markers for HTML cards. */
function embedded(file: MediaFile, url: string, altText: string | undefined): string {
  const src = escapeHtml(url);
  if (file.type === 'image' || file.type === 'gif') return `<figure><img src="${src}" alt="${escapeHtml(altText ?? '')}"></figure>`;
  if (file.type === 'document') return `<p><a href="${src}">${escapeHtml(file.filename)}</a></p>`;
  const label = altText === undefined ? '' : ` aria-label="${escapeHtml(altText)}"`;
  return `<!--kg-card-begin: html--><video controls preload="metadata"${label} src="${src}"></video><!--kg-card-end: html-->`;
}

/** Which of the media is the feature image; -1 for none. */
export const featuredIndex = ({ featureImage }: GhostOptions, media: Publication['media']): number => (featureImage === 'first' ? media.findIndex(({ type }) => type === 'image') : -1);

/** Title and body of a post; `urls` are the addresses of the uploaded media in their order. */
export function compose({ content, media }: Publication, urls: readonly string[]): { readonly title: string; readonly html: string } {
  const options = optionsSchema.parse(content.options);
  const { title, body } = articleOf(content.text, options);
  const featured = featuredIndex(options, media);
  const files = media.map((file, index) => (index === featured ? '' : embedded(file, urls[index] ?? '', options.altText?.[index])));
  return { title, html: [options.format === 'html' ? body : textToHtml(body), ...files].join('') };
}
