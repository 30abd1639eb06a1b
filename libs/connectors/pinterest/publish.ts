import { bodyJson, harmless, hostOf, type CallContext, type Prepared, type Publication, type Published, type Publisher, type Refused, type Submitted } from '../kit/index.ts';
import { apiRequest, send } from './call.ts';
import { lookup, readBefore } from './lookup.ts';
import { COVER_LIMITS, manifest } from './manifest.ts';
import { COVER_PATH, mediaTypeOf, pinBody, THUMBNAIL_PATH } from './pin.ts';
import { checkpointSchema, createdSchema, optionsSchema, type Checkpoint } from './schemas.ts';
import { prepareVideo } from './upload.ts';

/** How long Pinterest keeps a video that no pin has is not documented. */
const ASSUMED_LIFE_MS = 20 * 3_600_000;

const OVER_HOURS_MS = 20 * 60_000;

/** What an earlier run left, as far as it is young enough. */
function preparedOf({ checkpoint }: Publication, nowMs: number): Checkpoint {
  const { video, ...rest } = checkpointSchema.safeParse(checkpoint).data ?? {};
  return video === undefined || nowMs - video.registeredAtMs > ASSUMED_LIFE_MS ? rest : { ...rest, video };
}

/** Uploads a video, where its board is there, and notes the pins that a look-up must not take for this one. */
async function prepare(context: CallContext, publication: Publication, save: (checkpoint: Checkpoint) => Promise<void>): Promise<Prepared | Refused> {
  const { video: earlier, ...rest } = preparedOf(publication, context.nowMs);
  let checkpoint: Checkpoint = rest;
  const [file] = publication.media;
  if (file?.type === 'video') {
    const board = earlier === undefined ? await readBefore(context, publication) : undefined;
    if (board?.kind === 'refused') return board;
    const step = await prepareVideo({ context, publication, file, save: (video) => save(video === undefined ? rest : { ...rest, video }) }, earlier);
    if (step.kind === 'refused') return step;
    checkpoint = { ...rest, video: step.video };
    if (step.kind === 'wait') return { kind: 'wait', checkpoint, retryInMs: step.retryInMs };
    await save(checkpoint);
  }
  // Those of the first attempt stay: what that one made after all is to be found too.
  if (checkpoint.before !== undefined) return { kind: 'ready', checkpoint };
  const before = await readBefore(context, publication);
  return before.kind === 'refused' ? before : { kind: 'ready', checkpoint: { ...checkpoint, before: [...before.ids] } };
}

const asPublished = (context: CallContext, id: string): Published => ({ kind: 'published', platformPostId: id, platformPostUrl: `${hostOf(context.publicHosts, 'web')}/pin/${id}/` });

/** What Pinterest makes no pin of for reasons of its own takes hours to pass at times (observed): ten tries cover three of them. */
function overHours(refused: Refused, nowMs: number): Refused {
  return /something went wrong on our end/i.test(refused.message) ? { ...refused, untilMs: nowMs + OVER_HOURS_MS } : refused;
}

async function submit(context: CallContext, publication: Publication): Promise<Submitted> {
  const { video } = preparedOf(publication, context.nowMs);
  if (mediaTypeOf(publication) === 'video' && video?.isProcessed !== true) return { kind: 'unsent', reason: 'the video is not uploaded, or too long ago' };
  const request = apiRequest(context, publication.credential, { method: 'POST', path: '/pins' });
  const headers = { ...request.headers, 'content-type': 'application/json' };
  const body = await pinBody(publication, video?.mediaId ?? '');
  const answer = await send(context, { ...request, headers, body, visible: true, deadlineMs: manifest.submitDeadlineMs });
  if (answer.kind !== 'response') return answer.kind === 'refused' ? overHours(answer, context.nowMs) : answer;
  const { data } = createdSchema.safeParse(bodyJson(answer));
  return data === undefined ? { kind: 'unknown', reason: 'the answer tells no id of a pin', httpStatus: answer.status } : asPublished(context, data.id);
}

/** A pin that is not found is gone. */
const remove: Publisher['remove'] = async (context, { credential }, platformPostId) => {
  const answer = await send(context, apiRequest(context, credential, { method: 'DELETE', path: `/pins/${encodeURIComponent(platformPostId)}` }));
  const isGone = answer.kind === 'response' || (answer.kind === 'refused' && answer.httpStatus === 404);
  return isGone ? { kind: 'deleted' } : harmless(answer);
};

export const publish: Publisher = {
  attachments: ({ options }, media) => {
    const { coverImageUrl } = optionsSchema.parse(options);
    const [first] = media;
    if (first?.type !== 'video') return [];
    if (coverImageUrl !== undefined) return [{ path: COVER_PATH, type: 'image', url: coverImageUrl, limits: COVER_LIMITS }];
    return first.thumbnail === undefined ? [] : [{ path: THUMBNAIL_PATH, type: 'image', url: first.thumbnail, limits: COVER_LIMITS }];
  },
  prepare,
  submit,
  lookup: (context, publication, attempt) => lookup(context, publication, attempt, (id) => asPublished(context, id)),
  remove,
};
