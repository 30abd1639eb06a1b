import { uploadsOf, type Channel, type Comment, type PlaylistItem, type Video } from './world.ts';

const thumbnails = (id: string, sizes: Readonly<Record<string, readonly [number, number]>>): object =>
  Object.fromEntries(Object.entries(sizes).map(([name, [width, height]]) => [name, { url: `https://i.ytimg.example/${id}/${name}.jpg`, width, height }]));

export const VIDEO_THUMBNAILS = { default: [120, 90], medium: [320, 180], high: [480, 360] } as const;

/** Only the parts that were asked for stand in a resource, beside its id. */
function withParts(parts: string, all: Readonly<Record<string, unknown>>): object {
  const asked = parts.split(',');
  return Object.fromEntries(Object.entries(all).filter(([name]) => asked.includes(name)));
}

export function channelResource({ id, title, handle }: Channel, parts: string): object {
  return {
    kind: 'youtube#channel',
    etag: 'etag',
    id,
    ...withParts(parts, {
      snippet: { title, description: '', customUrl: handle, publishedAt: '2020-01-01T00:00:00Z', thumbnails: thumbnails(id, { default: [88, 88], medium: [240, 240], high: [800, 800] }) },
      contentDetails: { relatedPlaylists: { likes: 'LL', uploads: uploadsOf(id) } },
      statistics: { viewCount: '10', subscriberCount: '2', hiddenSubscriberCount: false, videoCount: '1' },
      status: { privacyStatus: 'public', isLinked: true, longUploadsStatus: title.startsWith('unverified_') ? 'eligible' : 'allowed', madeForKids: false },
    }),
  };
}

/** Counters are strings. */
export function videoResource(video: Video, parts: string, state: { readonly status: object; readonly processing: object }): object {
  const { id, channelId, channelTitle, metadata, atMs } = video;
  const { title, description, tags, categoryId } = metadata;
  return {
    kind: 'youtube#video',
    etag: 'etag',
    id,
    ...withParts(parts, {
      snippet: {
        publishedAt: new Date(atMs).toISOString(),
        channelId,
        title,
        description,
        thumbnails: thumbnails(id, VIDEO_THUMBNAILS),
        channelTitle,
        ...(tags.length === 0 ? {} : { tags }),
        categoryId,
        liveBroadcastContent: 'none',
        localized: { title, description },
      },
      status: { privacyStatus: 'public', license: 'youtube', embeddable: true, publicStatsViewable: true, madeForKids: metadata.status['selfDeclaredMadeForKids'] === true, ...metadata.status, ...state.status },
      processingDetails: state.processing,
      statistics: { viewCount: '42', likeCount: '3', favoriteCount: '0', commentCount: '1' },
    }),
  };
}

export function playlistItemResource({ id, playlistId, videoId }: PlaylistItem, video: Video | undefined): object {
  const { metadata, atMs = 0, channelId = '' } = video ?? {};
  const snippet = { publishedAt: new Date(atMs).toISOString(), channelId, title: metadata?.title ?? '', description: metadata?.description ?? '', playlistId, position: 0, resourceId: { kind: 'youtube#video', videoId } };
  return { kind: 'youtube#playlistItem', etag: 'etag', id, snippet };
}

export function commentThreadResource({ id, videoId, channelId, text, atMs }: Comment): object {
  const at = new Date(atMs).toISOString();
  const snippet = { authorDisplayName: channelId, authorChannelId: { value: channelId }, channelId, videoId, textDisplay: text, textOriginal: text, canRate: true, viewerRating: 'none', likeCount: 0, publishedAt: at, updatedAt: at };
  return { kind: 'youtube#commentThread', etag: 'etag', id, snippet: { channelId, videoId, topLevelComment: { kind: 'youtube#comment', etag: 'etag', id, snippet }, canReply: true, totalReplyCount: 0, isPublic: true } };
}
