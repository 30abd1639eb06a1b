import type { z } from 'zod';
import { CLOCK_SKEW_MS, oneLine, type CallContext, type LookupReading, type Publication, type Published, type UnknownAttempt } from '../kit/index.ts';
import type { GraphFields } from '../meta/graph.ts';
import { findListed, type Listed } from '../meta/lists.ts';
import { read } from './graph.ts';
import { kindOf, optionsOf } from './kind.ts';
import { commentListSchema, postListSchema, storyListSchema, type ListedPost } from './schemas.ts';
import { preparedOf } from './uploads.ts';
import { readVideo, stateOf } from './video.ts';

const POST_FIELDS = 'id,message,created_time,permalink_url,attachments{target,unshimmed_url,subattachments{target}}';

interface Query {
  readonly context: CallContext;
  readonly publication: Publication;
  readonly attempt: UnknownAttempt;
  urlOf(link: string | undefined): string | null;
}

/** Looks for what an attempt may have made, by the handle where there is one, else in the page's own lists. */
export async function lookup(
  context: CallContext,
  publication: Publication,
  attempt: UnknownAttempt,
  asVideo: (id: string, link: string | undefined) => Published,
  urlOf: Query['urlOf'],
): Promise<LookupReading> {
  const query: Query = { context, publication, attempt, urlOf };
  const { photos, video } = preparedOf(publication, attempt.dispatchedAtMs);
  const kind = kindOf(publication);
  if (kind === 'comment') return findComment(query);
  if (kind === 'photo_story') return photos[0] === undefined ? { kind: 'absent' } : findStory(query, photos[0]);
  if (kind === 'feed') return optionsOf(publication).published === false ? { kind: 'inconclusive', isFinal: true, message: 'No list of Facebook’s shows drafts.' } : findPost(query, photos);
  // Without a video nothing was sent.
  if (video === undefined) return { kind: 'absent' };
  const answer = await readVideo(context, publication, video.id);
  if (answer.kind === 'refused') return { kind: 'inconclusive', message: answer.message };
  const state = stateOf(answer.value);
  if (state.kind === 'processing') return { kind: 'inconclusive', message: 'Facebook is still processing the video.' };
  if (state.kind !== 'published') return { kind: 'absent' };
  return kind === 'video_story' ? findStory(query, video.id) : asVideo(video.id, answer.value.permalink_url);
}

async function search<T>({ context, publication }: Query, edge: string, fields: GraphFields, schema: z.ZodType<Listed<T>>, isHit: (item: T) => boolean) {
  return findListed((after) => read(context, publication.credential, edge, { ...fields, limit: '100', after }, schema), isHit);
}

async function findPost(query: Query, photos: readonly string[]): Promise<LookupReading> {
  const { publication, attempt } = query;
  const sinceMs = attempt.dispatchedAtMs - CLOCK_SKEW_MS;
  const fields = { fields: POST_FIELDS, since: String(Math.floor(sinceMs / 1000)) };
  const isHit = (post: ListedPost): boolean => !attempt.taken.has(post.id) && Date.parse(post.created_time) >= sinceMs - 1000 && isSame(publication, photos, post);
  const hit = await search(query, `${publication.account.platformUserId}/published_posts`, fields, postListSchema, isHit);
  return hit.kind === 'hit' ? { kind: 'published', platformPostId: hit.item.id, platformPostUrl: query.urlOf(hit.item.permalink_url) } : hit;
}

/** Photos were uploaded for this very publication, which is proof enough; without any the words must be the same, and the link where there is one. */
function isSame(publication: Publication, photos: readonly string[], post: ListedPost): boolean {
  const attached = (post.attachments?.data ?? []).flatMap((one) => [one, ...(one.subattachments?.data ?? [])]);
  const ids = attached.flatMap(({ target }) => target?.id ?? []);
  if (photos.length > 0) return photos.every((id) => ids.includes(id));
  const { link } = optionsOf(publication);
  if (link !== undefined && publication.content.text === '') return attached.some((one) => 'unshimmed_url' in one && one.unshimmed_url === link);
  return oneLine(post.message ?? '') === oneLine(publication.content.text);
}

async function findComment(query: Query): Promise<LookupReading> {
  const { publication, attempt } = query;
  const { account, before, content } = publication;
  const fields = { fields: 'id,message,created_time,permalink_url,from', order: 'reverse_chronological' };
  const hit = await search(query, `${before[0]?.platformPostId ?? ''}/comments`, fields, commentListSchema, ({ id, message = '', created_time: at, from }) => {
    const isOwn = !attempt.taken.has(id) && (from === undefined || from.id === account.platformUserId);
    return isOwn && Date.parse(at) >= attempt.dispatchedAtMs - CLOCK_SKEW_MS - 1000 && oneLine(message) === oneLine(content.text);
  });
  return hit.kind === 'hit' ? { kind: 'published', platformPostId: hit.item.id, platformPostUrl: query.urlOf(hit.item.permalink_url) } : hit;
}

async function findStory(query: Query, mediaId: string): Promise<LookupReading> {
  const page = query.publication.account.platformUserId;
  const hit = await search(query, `${page}/stories`, { fields: 'post_id,media_id,url' }, storyListSchema, ({ media_id: id }) => id === mediaId);
  return hit.kind === 'hit' ? { kind: 'published', platformPostId: hit.item.post_id, platformPostUrl: null } : hit;
}
