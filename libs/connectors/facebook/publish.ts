import { hostOf, type CallContext, type HttpRequest, type Published, type Publication, type Publisher, type StatusReading, type Submitted } from '../kit/index.ts';
import { graphJson, isMissing } from '../meta/graph.ts';
import { screenVisible } from '../meta/publishing-containers.ts';
import { createdSchema, successSchema } from '../meta/schemas.ts';
import { errors } from './errors.ts';
import { call, deletion, post, postFile, read } from './graph.ts';
import { coverOf, kindOf, optionsOf } from './kind.ts';
import { lookup } from './lookup.ts';
import { COVER_LIMITS, manifest } from './manifest.ts';
import { finishedSchema, optionsSchema, postedSchema, storySchema, type Checkpoint } from './schemas.ts';
import { prepare, preparedOf } from './uploads.ts';
import { readVideo, stateOf } from './video.ts';

const FIRST_STATUS_MS = 3000;
const NEXT_STATUS_MS = 10_000;

const STORY_TEXT = 'A story has no text: it was not published.';

/** The warnings of a part. */
function warned(publication: Publication, video?: Checkpoint['video']): { readonly warning?: string } {
  const kind = kindOf(publication);
  const isTextLost = kind.endsWith('_story') && publication.content.text.trim() !== '';
  const cover = video?.cover ?? '';
  if (isTextLost) return { warning: STORY_TEXT };
  return cover === '' ? {} : { warning: `The cover was not taken: ${cover}` };
}

/** `published=false` alone would make a post that only advertisements show. */
const draftFields = ({ published }: { readonly published?: boolean | undefined }) => (published === false ? { published: 'false', unpublished_content_type: 'DRAFT' } : {});

function feedRequest(context: CallContext, publication: Publication, { photos }: Checkpoint): HttpRequest {
  const options = optionsOf(publication);
  const attached = photos.map((id, index) => [`attached_media[${index}]`, JSON.stringify({ media_fbid: id })] as const);
  return post(context, publication.credential, `${publication.account.platformUserId}/feed`, {
    message: publication.content.text === '' ? undefined : publication.content.text,
    link: photos.length === 0 ? options.link : undefined,
    ...Object.fromEntries(attached),
    ...draftFields(options),
    fields: 'id,permalink_url',
  });
}

/** The call that makes a part visible; undefined when what it needs is not there. */
async function requestOf(context: CallContext, publication: Publication, checkpoint: Checkpoint): Promise<HttpRequest | undefined> {
  const { account, credential, content, before, media } = publication;
  const options = optionsOf(publication);
  const page = account.platformUserId;
  const { photos, video } = checkpoint;
  const kind = kindOf(publication);
  if (kind === 'comment') return post(context, credential, `${before[0]?.platformPostId ?? ''}/comments`, { message: content.text, fields: 'id,permalink_url' });
  if (kind === 'feed') return photos.length === media.length ? feedRequest(context, publication, checkpoint) : undefined;
  if (kind === 'photo_story') return photos[0] === undefined ? undefined : post(context, credential, `${page}/photo_stories`, { photo_id: photos[0] });
  if (video?.isUploaded !== true) return undefined;
  const description = content.text === '' ? undefined : content.text;
  if (kind === 'video_story') return post(context, credential, `${page}/video_stories`, { upload_phase: 'finish', video_id: video.id });
  if (kind === 'reel') {
    const state = options.published === false ? 'DRAFT' : 'PUBLISHED';
    return post(context, credential, `${page}/video_reels`, { upload_phase: 'finish', video_id: video.id, video_state: state, description, title: options.title });
  }
  const cover = coverOf(publication);
  const thumb = cover === undefined ? [] : [{ name: 'thumb', filename: cover.filename, contentType: cover.mimeType, content: await cover.stream() }];
  const fields = { upload_phase: 'finish', upload_session_id: video.session, description, title: options.title, ...draftFields(options) };
  return postFile(context, credential, { host: 'video', path: `${page}/videos` }, fields, thumb);
}

/** Facebook answers with a path of its own, or with an address. */
function absolute(context: CallContext, link: string | undefined): string | null {
  if (link === undefined) return null;
  return link.startsWith('/') ? `${hostOf(context.publicHosts, 'web')}${link}` : link;
}

function readSuccess(context: CallContext, publication: Publication, { video }: Checkpoint, body: unknown): Submitted {
  const kind = kindOf(publication);
  const isDraft = optionsOf(publication).published === false;
  if (kind === 'feed' || kind === 'comment') {
    const { data } = postedSchema.safeParse(body);
    if (data === undefined) return { kind: 'unknown', reason: 'publishing gave no id' };
    const url = absolute(context, data.permalink_url) ?? `${hostOf(context.publicHosts, 'web')}/${data.id}`;
    return { kind: 'published', platformPostId: data.id, platformPostUrl: isDraft ? null : url };
  }
  if (kind === 'photo_story') {
    const { data } = storySchema.safeParse(body);
    return data === undefined ? { kind: 'unknown', reason: 'the story has no id' } : { kind: 'published', platformPostId: data.post_id, platformPostUrl: null, ...warned(publication) };
  }
  const { data } = finishedSchema.safeParse(body);
  if (data === undefined || video === undefined) return { kind: 'unknown', reason: 'finishing gave no success' };
  return { kind: 'submitted', handle: kind === 'video_story' && data.post_id !== undefined ? `${video.id}/${data.post_id}` : video.id, retryInMs: FIRST_STATUS_MS };
}

async function submit(context: CallContext, publication: Publication): Promise<Submitted> {
  const checkpoint = preparedOf(publication, context.nowMs);
  const request = await requestOf(context, publication, checkpoint);
  if (request === undefined) return { kind: 'unsent', reason: 'the media are not uploaded, or too long ago' };
  const outcome = await context.http.send({ ...request, visible: true, deadlineMs: manifest.submitDeadlineMs });
  const answer = screenVisible(outcome, errors, context.nowMs);
  return answer.kind === 'response' ? readSuccess(context, publication, checkpoint, graphJson(answer)) : answer;
}

/** The handle is the video's id, and behind a slash the id of the story. */
async function status(context: CallContext, publication: Publication, handle: string): Promise<StatusReading> {
  const [videoId = '', storyId] = handle.split('/');
  const video = await readVideo(context, publication, videoId);
  if (video.kind === 'refused') return video;
  const state = stateOf(video.value);
  if (state.kind === 'failed') return { kind: 'rejected', category: 'media_rejected', code: 'video_status', message: state.message };
  if (state.kind !== 'published') return { kind: 'processing', retryInMs: NEXT_STATUS_MS };
  return asVideo(context, publication, storyId ?? videoId, video.value.permalink_url);
}

function asVideo(context: CallContext, publication: Publication, id: string, link: string | undefined): Published {
  const isDraft = optionsOf(publication).published === false;
  const url = kindOf(publication) === 'reel' ? `${hostOf(context.publicHosts, 'web')}/reel/${id}` : `${hostOf(context.publicHosts, 'web')}/${publication.account.platformUserId}/videos/${id}`;
  const isStory = kindOf(publication) === 'video_story';
  return {
    kind: 'published',
    platformPostId: id,
    platformPostUrl: isDraft || isStory ? null : (absolute(context, link) ?? url),
    ...warned(publication, preparedOf(publication, context.nowMs).video),
  };
}

const remove: Publisher['remove'] = async (context, { credential }, platformPostId) => {
  const gone = await call(context, deletion(context, credential, platformPostId), successSchema);
  if (gone.kind === 'answer') return { kind: 'deleted' };
  if (!isMissing(gone)) return gone;
  // The same words stand for what the token does not reach: a token that reaches its page reaches the page's posts.
  const page = await read(context, credential, 'me', { fields: 'id' }, createdSchema);
  return page.kind === 'answer' ? { kind: 'deleted' } : page;
};

export const publish: Publisher = {
  attachments: ({ options }, media) => {
    const { videoThumbnailUrl, contentType } = optionsSchema.parse(options);
    const [first] = media;
    if (first?.type !== 'video' || contentType === 'story') return [];
    if (videoThumbnailUrl !== undefined) return [{ path: 'platformSpecificData.videoThumbnailUrl', type: 'image', url: videoThumbnailUrl, limits: COVER_LIMITS }];
    return first.thumbnail === undefined ? [] : [{ path: 'mediaItems[0].thumbnail', type: 'image', url: first.thumbnail, limits: COVER_LIMITS }];
  },
  following: ({ options }) => {
    const { firstComment } = optionsSchema.parse(options);
    return firstComment === undefined ? [] : [{ text: firstComment, isOptional: true }];
  },
  prepare,
  submit,
  status,
  lookup: (context, publication, attempt) => lookup(context, publication, attempt, (id, link) => asVideo(context, publication, id, link), (link) => absolute(context, link)),
  remove,
};
