import type { Publication } from '../kit/index.ts';
import { optionsSchema, type BlueskyCheckpoint, type BlueskyOptions } from './schemas.ts';

export const COLLECTION = 'app.bsky.feed.post';
/** Path of the picture of a link card among the attachments. */
export const THUMBNAIL = 'platformSpecificData.linkCard.thumbnailUrl';
const DEFAULT_LANGUAGES = ['en'];

/** Path of a further post's media item among the attachments. */
export const threadPath = (index: number, place: number): string => `platformSpecificData.threadItems[${index}].mediaItems[${place}]`;

/** When a record says that it was made: when the post was due, its further posts a millisecond later each. */
export const createdAtMs = ({ dueAtMs, before }: Pick<Publication, 'dueAtMs' | 'before'>): number => dueAtMs + before.length;

/** The options of the part at hand: what was asked for the whole is meant for its first post. */
function ownOptions({ content, before }: Publication): Pick<BlueskyOptions, 'altText' | 'linkCard' | 'contentWarning' | 'langs'> {
  const { langs, contentWarning, threadItems = [], ...first } = optionsSchema.parse(content.options);
  const common = { ...(langs === undefined ? {} : { langs }), ...(contentWarning === undefined ? {} : { contentWarning }) };
  const { altText, linkCard } = before.length === 0 ? first : { altText: threadItems[before.length - 1]?.altText, linkCard: undefined };
  return { ...common, ...(altText === undefined ? {} : { altText }), ...(linkCard === undefined ? {} : { linkCard }) };
}

function embed(publication: Publication, { blobs, thumb }: BlueskyCheckpoint): object | undefined {
  const { altText = [], linkCard } = ownOptions(publication);
  const items = publication.media.map(({ type, width, height }, index) => ({
    type,
    blob: blobs[index],
    alt: altText[index] ?? '',
    ...(width === null || height === null ? {} : { aspectRatio: { width, height } }),
  }));
  const [first] = items;
  if (first !== undefined) {
    const { type, blob, ...rest } = first;
    if (type === 'video') return { $type: 'app.bsky.embed.video', video: blob, ...rest };
    return { $type: 'app.bsky.embed.images', images: items.map(({ type: _type, blob: image, ...shown }) => ({ ...shown, image })) };
  }
  if (linkCard === undefined) return undefined;
  const { url: uri, title, description = '' } = linkCard;
  return { $type: 'app.bsky.embed.external', external: { uri, title, description, ...(thumb === undefined ? {} : { thumb }) } };
}

/** The record, the same for every attempt. */
export function buildRecord(publication: Publication, checkpoint: BlueskyCheckpoint): object {
  const { langs = DEFAULT_LANGUAGES, contentWarning } = ownOptions(publication);
  const embedded = embed(publication, checkpoint);
  const { facets = [], reply } = checkpoint;
  return {
    $type: COLLECTION,
    text: publication.content.text,
    createdAt: new Date(createdAtMs(publication)).toISOString(),
    ...(langs.length === 0 ? {} : { langs }),
    ...(facets.length === 0 ? {} : { facets }),
    ...(embedded === undefined ? {} : { embed: embedded }),
    ...(reply === undefined ? {} : { reply }),
    ...(contentWarning === undefined ? {} : { labels: { $type: 'com.atproto.label.defs#selfLabels', values: [{ val: contentWarning }] } }),
  };
}
