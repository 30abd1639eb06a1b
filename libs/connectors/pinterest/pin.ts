import type { HttpBody, MediaFile, Publication } from '../kit/index.ts';
import { jsonWithFiles } from './inline-files.ts';
import { optionsSchema, type PinterestOptions } from './schemas.ts';

const MAX_TITLE_LENGTH = 100;
/** Pictures that are larger together are fetched by Pinterest from their addresses. */
const MOST_INLINE_BYTES = 20 * 1024 * 1024;

export const COVER_PATH = 'platformSpecificData.coverImageUrl';
export const THUMBNAIL_PATH = 'mediaItems[0].thumbnail';

type Content = Pick<Publication, 'content'>;

export const optionsOf = ({ content }: Content): PinterestOptions => optionsSchema.parse(content.options);

/** The title, or the first line of the content; undefined where there is neither. A character of two code units is not cut apart. */
export function titleOf(publication: Content): string | undefined {
  const [line = ''] = publication.content.text.trim().split(/\r?\n/);
  const cut = Array.from(line.trim()).slice(0, MAX_TITLE_LENGTH).join('').trim();
  return optionsOf(publication).title ?? (cut === '' ? undefined : cut);
}

/** What the API calls the media of such a pin. */
export function mediaTypeOf({ media }: Pick<Publication, 'media'>): 'video' | 'image' | 'multiple_images' {
  if (media[0]?.type === 'video') return 'video';
  return media.length > 1 ? 'multiple_images' : 'image';
}

export const coverOf = ({ attachments }: Publication): MediaFile | undefined => attachments[COVER_PATH] ?? attachments[THUMBNAIL_PATH];

interface OpenFile {
  readonly contentType: string;
  readonly content: HttpBody;
}

const open = async (file: MediaFile): Promise<OpenFile> => ({ contentType: file.mimeType, content: await file.stream() });

/** What is sent in the request itself: pictures that are not too large together, or the cover of a video. */
async function inlineFiles(publication: Publication): Promise<readonly OpenFile[]> {
  const cover = coverOf(publication);
  if (mediaTypeOf(publication) === 'video') return cover === undefined ? [] : [await open(cover)];
  const totalBytes = publication.media.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const isInline = publication.media.length === 1 || totalBytes <= MOST_INLINE_BYTES;
  return isInline ? Promise.all(publication.media.map(open)) : [];
}

type Inline = (file: HttpBody) => string;

/** One of the variants of `media_source` (API v5, schema PinMediaSource). */
function mediaSource(publication: Publication, files: readonly OpenFile[], mediaId: string, inline: Inline): object {
  const { carouselItems = [], carouselIndex, coverImageSecs = 0 } = optionsOf(publication);
  const [first] = files;
  const type = mediaTypeOf(publication);
  if (type === 'video') {
    const cover = first === undefined ? { cover_image_key_frame_time: coverImageSecs } : { cover_image_content_type: first.contentType, cover_image_data: inline(first.content) };
    return { source_type: 'video_id', media_id: mediaId, ...cover };
  }
  if (type === 'image') return { source_type: 'image_base64', content_type: first?.contentType, data: first === undefined ? '' : inline(first.content) };
  const index = carouselIndex === undefined ? {} : { index: carouselIndex };
  if (files.length === 0) {
    return { source_type: 'multiple_image_urls', items: publication.media.map(({ url }, place) => ({ url, ...carouselItems[place] })), ...index };
  }
  const items = files.map(({ contentType, content }, place) => ({ content_type: contentType, data: inline(content), ...carouselItems[place] }));
  return { source_type: 'multiple_image_base64', items, ...index };
}

/** Body of `POST /v5/pins`. Resolves when all of it is at hand. `mediaId` is that of the uploaded video, where it is one. */
export async function pinBody(publication: Publication, mediaId: string): Promise<HttpBody> {
  const { boardId, boardSectionId, link, altText, dominantColor, aiModified } = optionsOf(publication);
  const { text } = publication.content;
  const files = await inlineFiles(publication);
  return jsonWithFiles((inline) => ({
    board_id: boardId,
    board_section_id: boardSectionId,
    title: titleOf(publication),
    description: text.trim() === '' ? undefined : text,
    link,
    alt_text: altText,
    dominant_color: dominantColor,
    ...(aiModified === undefined ? {} : { ai_disclosures: { values: ['AI_MODIFIED'] } }),
    media_source: mediaSource(publication, files, mediaId, inline),
  }));
}
