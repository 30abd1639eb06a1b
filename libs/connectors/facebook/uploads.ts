import { hostOf, type CallContext, type MediaFile, type Prepared, type Publication, type Refused } from '../kit/index.ts';
import { bodyJson } from '../kit/http.ts';
import { GRAPH_VERSION } from '../meta/graph.ts';
import { createdSchema, successSchema } from '../meta/schemas.ts';
import { call, post, postFile, read } from './graph.ts';
import { coverOf, kindOf, optionsOf } from './kind.ts';
import { checkpointSchema, reelStartedSchema, resumeSchema, startedSchema, transferredSchema, videoSchema, type Checkpoint } from './schemas.ts';

const UPLOAD_DEADLINE_MS = 10 * 60_000;
/** How long Facebook keeps what is not published is not documented. */
const ASSUMED_LIFE_MS = 20 * 3_600_000;

type Save = (checkpoint: Readonly<Record<string, unknown>>) => Promise<void>;
type Upload = NonNullable<Checkpoint['video']>;

interface Work {
  readonly context: CallContext;
  readonly publication: Publication;
  readonly save: Save;
}

/** What an earlier run left, as far as it is young enough. */
export function preparedOf({ checkpoint }: Publication, nowMs: number): Checkpoint {
  const { photos, photosSinceMs = nowMs, video } = checkpointSchema.safeParse(checkpoint).data ?? { photos: [] };
  const isYoung = (sinceMs: number): boolean => nowMs - sinceMs < ASSUMED_LIFE_MS;
  return {
    ...(isYoung(photosSinceMs) ? { photos, ...(photos.length === 0 ? {} : { photosSinceMs }) } : { photos: [] }),
    ...(video !== undefined && isYoung(video.startedAtMs) ? { video } : {}),
  };
}

/** Uploads photos without publishing them, and videos up to the call that publishes them. */
export async function prepare(context: CallContext, publication: Publication, save: Save): Promise<Prepared | Refused> {
  const kind = kindOf(publication);
  const work = { context, publication, save };
  if (kind === 'comment') return { kind: 'ready', checkpoint: {} };
  if (kind === 'feed' || kind === 'photo_story') return uploadPhotos(work);
  const [file] = publication.media;
  if (file === undefined) return { kind: 'ready', checkpoint: {} };
  const checkpoint = preparedOf(publication, context.nowMs);
  const uploaded = kind === 'video' ? await uploadInChunks(work, file, checkpoint.video) : await uploadWhole(work, file, checkpoint.video);
  if ('kind' in uploaded) return aboutMedia(uploaded);
  const video = kind === 'reel' ? await withCover(work, uploaded) : uploaded;
  return { kind: 'ready', checkpoint: { photos: [], video } };
}

async function uploadPhotos({ context, publication, save }: Work): Promise<Prepared | Refused> {
  const { account, credential, media } = publication;
  const { altText = [] } = optionsOf(publication);
  let checkpoint = preparedOf(publication, context.nowMs);
  for (const [index, file] of media.entries()) {
    if (index < checkpoint.photos.length) continue;
    const source = { name: 'source', filename: file.filename, contentType: file.mimeType, content: await file.stream() };
    const fields = { published: 'false', alt_text_custom: altText[index] === '' ? undefined : altText[index] };
    const request = postFile(context, credential, { host: 'graph', path: `${account.platformUserId}/photos` }, fields, [source]);
    const photo = await call(context, { ...request, deadlineMs: UPLOAD_DEADLINE_MS }, createdSchema);
    if (photo.kind === 'refused') return aboutMedia(photo);
    checkpoint = { photos: [...checkpoint.photos, photo.value.id], photosSinceMs: checkpoint.photosSinceMs ?? context.nowMs };
    await save(checkpoint);
  }
  return { kind: 'ready', checkpoint };
}

/** Nothing but the file is sent, so an invalid request is an invalid file. */
function aboutMedia(refused: Refused): Refused {
  const isAboutMedia = refused.code === '100' || refused.category === 'content_rejected';
  return isAboutMedia ? { ...refused, category: 'media_rejected' } : refused;
}

/** The resumable upload of `{page}/videos`: start, then chunks of the size that Facebook asks for (Graph API, video uploads). */
async function uploadInChunks(work: Work, file: MediaFile, earlier: Upload | undefined): Promise<Upload | Refused> {
  const { context, publication, save } = work;
  const { account, credential } = publication;
  const target = { host: 'video', path: `${account.platformUserId}/videos` } as const;
  let upload = earlier;
  if (upload === undefined) {
    const request = postFile(context, credential, target, { upload_phase: 'start', file_size: String(file.sizeBytes) }, []);
    const started = await call(context, request, startedSchema);
    if (started.kind === 'refused') return started;
    const { video_id: id, upload_session_id: session, start_offset: startOffset, end_offset: endOffset } = started.value;
    upload = { id, session, startedAtMs: context.nowMs, startOffset, endOffset, isUploaded: false };
    await save({ photos: [], video: upload });
  }
  while (!upload.isUploaded) {
    const next = await sendChunk(work, target, file, upload);
    if ('kind' in next) return next;
    if (next.startOffset <= upload.startOffset && !next.isUploaded) return { kind: 'refused', category: 'transient', code: 'upload', message: 'Facebook asks for the same chunk again.' };
    upload = next;
    await save({ photos: [], video: upload });
  }
  return upload;
}

async function sendChunk({ context, publication }: Work, target: { readonly host: 'video'; readonly path: string }, file: MediaFile, upload: Upload): Promise<Upload | Refused> {
  const { startOffset } = upload;
  const fields = { upload_phase: 'transfer', upload_session_id: upload.session, start_offset: String(startOffset) };
  const content = await file.stream(startOffset, Math.min(upload.endOffset, file.sizeBytes));
  const chunk = { name: 'video_file_chunk', filename: 'chunk', contentType: 'application/octet-stream', content };
  let resumed: unknown;
  const watching: CallContext = {
    ...context,
    http: {
      send: async (request) => {
        const outcome = await context.http.send(request);
        resumed = outcome.kind === 'response' ? bodyJson(outcome) : undefined;
        return outcome;
      },
    },
  };
  const request = postFile(context, publication.credential, target, fields, [chunk]);
  const sent = await call(watching, { ...request, deadlineMs: UPLOAD_DEADLINE_MS }, transferredSchema);
  // A chunk that had arrived before is refused with the place to go on from.
  const told = sent.kind === 'answer' ? sent.value : resumeSchema.safeParse(resumed).data?.error.error_data;
  if (told === undefined) return sent.kind === 'refused' ? sent : { kind: 'refused', category: 'transient', code: 'upload', message: 'an answer of an unknown shape' };
  return { ...upload, startOffset: told.start_offset, endOffset: told.end_offset, isUploaded: told.start_offset === told.end_offset };
}

/** The upload of reels and stories: one stream, which goes on where an earlier one broke off (Video API, reels publishing). */
async function uploadWhole(work: Work, file: MediaFile, earlier: Upload | undefined): Promise<Upload | Refused> {
  const { context, publication, save } = work;
  const { account, credential } = publication;
  let upload = earlier;
  if (upload === undefined) {
    const edge = kindOf(publication) === 'reel' ? 'video_reels' : 'video_stories';
    const started = await call(context, post(context, credential, `${account.platformUserId}/${edge}`, { upload_phase: 'start' }), reelStartedSchema);
    if (started.kind === 'refused') return started;
    upload = { id: started.value.video_id, startedAtMs: context.nowMs, startOffset: 0, endOffset: file.sizeBytes, isUploaded: false };
    await save({ photos: [], video: upload });
  } else if (!upload.isUploaded) {
    const status = await read(context, credential, upload.id, { fields: 'status' }, videoSchema);
    if (status.kind === 'refused') return status;
    const { uploading_phase: phase } = status.value.status;
    const startOffset = phase?.status === 'complete' ? file.sizeBytes : (phase?.bytes_transferred ?? phase?.bytes_transfered ?? 0);
    upload = { ...upload, startOffset, isUploaded: startOffset >= file.sizeBytes };
  }
  if (!upload.isUploaded) {
    const refused = await sendRest(work, file, upload);
    if (refused !== undefined) return refused;
    upload = { ...upload, startOffset: file.sizeBytes, isUploaded: true };
  }
  await save({ photos: [], video: upload });
  return upload;
}

async function sendRest({ context, publication }: Work, file: MediaFile, upload: Upload): Promise<Refused | undefined> {
  // The address that Facebook gives is always this one; an answer is not followed to anywhere else.
  const url = `${hostOf(context.hosts, 'upload')}/video-upload/${GRAPH_VERSION}/${upload.id}`;
  const headers = {
    authorization: `OAuth ${publication.credential.accessToken.reveal()}`,
    offset: String(upload.startOffset),
    file_size: String(file.sizeBytes),
    'content-type': 'application/octet-stream',
  };
  const sent = await call(context, { method: 'POST', url, headers, body: await file.stream(upload.startOffset), deadlineMs: UPLOAD_DEADLINE_MS }, successSchema);
  return sent.kind === 'refused' ? sent : undefined;
}

/** Sets the cover of a reel. What becomes of it does not hold up the reel. */
async function withCover({ context, publication, save }: Work, video: Upload): Promise<Upload> {
  const cover = coverOf(publication);
  if (cover === undefined || video.cover !== undefined) return video;
  const source = { name: 'source', filename: cover.filename, contentType: cover.mimeType, content: await cover.stream() };
  const request = postFile(context, publication.credential, { host: 'graph', path: `${video.id}/thumbnails` }, { is_preferred: 'true' }, [source]);
  const set = await call(context, { ...request, deadlineMs: UPLOAD_DEADLINE_MS }, successSchema);
  const done = { ...video, cover: set.kind === 'answer' ? '' : set.message };
  await save({ photos: [], video: done });
  return done;
}
