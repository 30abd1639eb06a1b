import type { AccountFacts } from '@plaza/contracts';
import {
  bodyJson,
  harmless,
  screen,
  type Attachment,
  type CallContext,
  type HttpOutcome,
  type LookupReading,
  type Prepared,
  type Publication,
  type Published,
  type Publisher,
  type Refused,
  type Submitted,
} from '../kit/index.ts';
import { isRefused, uploadBlob } from './blob.ts';
import { errorName, errors } from './errors.ts';
import { mediaLimitsOf } from './limits.ts';
import { manifest } from './manifest.ts';
import { buildRecord, COLLECTION, createdAtMs, THUMBNAIL, threadPath } from './record.ts';
import { recordKey } from './record-key.ts';
import { detect, toFacets, type Detected } from './richtext.ts';
import {
  checkpointSchema,
  optionsSchema,
  postRecordSchema,
  resolvedHandleSchema,
  writtenSchema,
  type BlueskyCheckpoint,
} from './schemas.ts';
import { processVideo } from './video.ts';
import type { VideoStep, VideoWork } from './video-service.ts';
import { serverOf, xrpc } from './xrpc.ts';

const anyMedia = { limits: mediaLimitsOf(null), limitsOf: mediaLimitsOf };
const onlyPictures = (account: AccountFacts | null): Attachment['limits'] => ({ image: mediaLimitsOf(account).image });
const picture = { limits: onlyPictures(null), limitsOf: onlyPictures };

/**
 * A server deletes a blob that no record refers to "within a time window (eg, minutes)", says the lexicon of `uploadBlob`. Older ones
 * are uploaded again, which costs less than a refused post.
 */
const BLOB_LIFE_MS = 5 * 60_000;

/**
 * What an earlier run left, as far as it still holds: blobs belong to one server and are collected when they grow old. A video that is being
 * processed is no blob yet.
 */
function resume(publication: Publication, pds: string, nowMs: number): BlueskyCheckpoint {
  const parsed = checkpointSchema.safeParse(publication.checkpoint);
  const fresh: BlueskyCheckpoint = { pds, uploadedAtMs: nowMs, blobs: [] };
  if (!parsed.success) return fresh;
  const isAtWork = parsed.data.video !== undefined && parsed.data.blobs.length === 0;
  const holds = parsed.data.pds === pds && (isAtWork || nowMs - parsed.data.uploadedAtMs < BLOB_LIFE_MS);
  return holds ? parsed.data : { ...fresh, ...(parsed.data.facets === undefined ? {} : { facets: parsed.data.facets }) };
}

/** DIDs of the handles that are mentioned. A handle that the server does not know (HTTP 400) has none; its mention stays plain text. */
async function resolveHandles(
  context: CallContext,
  pds: string,
  found: readonly Detected[],
): Promise<ReadonlyMap<string, string> | Refused> {
  const dids = new Map<string, string>();
  for (const handle of new Set(found.flatMap((one) => (one.kind === 'mention' ? [one.handle] : [])))) {
    const outcome = await context.http.send(xrpc.get(pds, 'com.atproto.identity.resolveHandle', { handle }));
    if (outcome.kind === 'response' && outcome.status === 400) continue;
    const answer = screen(outcome, errors, context.nowMs);
    if (answer.kind !== 'response') return harmless(answer);
    const parsed = resolvedHandleSchema.safeParse(bodyJson(answer));
    if (!parsed.success) return harmless({ kind: 'unknown', reason: 'resolveHandle gave no DID', httpStatus: answer.status });
    dids.set(handle, parsed.data.did);
  }
  return dids;
}

/** What a further post of a thread answers: the first post, and the one before. Only the server knows their content ids. */
async function readReply(context: CallContext, { before }: Publication, { reply }: BlueskyCheckpoint): Promise<Pick<BlueskyCheckpoint, 'reply'> | Refused> {
  const [first] = before;
  const last = before.at(-1);
  if (first === undefined || last === undefined) return {};
  if (reply !== undefined) return { reply };
  const root = await readRef(context, first.platformPostId);
  const parent = isRefused(root) || last === first ? root : await readRef(context, last.platformPostId);
  if (isRefused(root)) return root;
  return isRefused(parent) ? parent : { reply: { root, parent } };
}

async function readRef(context: CallContext, uri: string): Promise<{ readonly uri: string; readonly cid: string } | Refused> {
  const [repo = '', collection = '', rkey = ''] = uri.slice('at://'.length).split('/');
  const outcome = await context.http.send(xrpc.get(serverOf(context), 'com.atproto.repo.getRecord', { repo, collection, rkey }));
  if (outcome.kind === 'response' && outcome.status === 400 && errorName(bodyJson(outcome)) === 'RecordNotFound')
    return { kind: 'refused', category: 'content_rejected', code: 'RecordNotFound', message: 'The post that this one answers is gone.', httpStatus: 400 };
  const answer = screen(outcome, errors, context.nowMs);
  if (answer.kind !== 'response') return harmless(answer);
  const parsed = postRecordSchema.safeParse(bodyJson(answer));
  return parsed.success ? { uri, cid: parsed.data.cid } : harmless({ kind: 'unknown', reason: 'getRecord gave no record', httpStatus: answer.status });
}

async function prepare(
  context: CallContext,
  publication: Publication,
  save: (checkpoint: Readonly<Record<string, unknown>>) => Promise<void>,
): Promise<Prepared | Refused> {
  const pds = serverOf(context);
  let checkpoint = resume(publication, pds, context.nowMs);
  if (checkpoint.facets === undefined) {
    const found = detect(publication.content.text);
    const dids = await resolveHandles(context, pds, found);
    if (isRefused(dids)) return dids;
    checkpoint = { ...checkpoint, facets: toFacets(found, dids) };
  }
  const reply = await readReply(context, publication, checkpoint);
  if (isRefused(reply)) return reply;
  checkpoint = { ...checkpoint, ...reply };
  const thumbnail = publication.before.length === 0 ? publication.attachments[THUMBNAIL] : undefined;
  if (thumbnail !== undefined && checkpoint.thumb === undefined) {
    const thumb = await uploadBlob(context, publication.credential, thumbnail);
    if (isRefused(thumb)) return thumb;
    checkpoint = { ...checkpoint, thumb };
    await save(checkpoint);
  }
  for (const media of publication.media.slice(checkpoint.blobs.length)) {
    const saveState = async (video: VideoWork['state']): Promise<void> => save((checkpoint = { ...checkpoint, video }));
    const made = await makeBlob({ context, publication, media, state: checkpoint.video, saveState });
    if (made.kind === 'refused') return made;
    if (made.kind === 'working') return { kind: 'wait', checkpoint, retryInMs: made.retryInMs };
    checkpoint = { ...checkpoint, uploadedAtMs: media.type === 'video' ? context.nowMs : checkpoint.uploadedAtMs, blobs: [...checkpoint.blobs, made.blob] };
    await save(checkpoint);
  }
  return { kind: 'ready', checkpoint };
}

/** A video is made a blob by the video service where it can be, anything else by the account's server. */
async function makeBlob(work: VideoWork): Promise<VideoStep> {
  const { context, publication, media } = work;
  const made = media.type === 'video' ? await processVideo(work) : 'elsewhere';
  if (made !== 'elsewhere') return made;
  const blob = await uploadBlob(context, publication.credential, media);
  return isRefused(blob) ? blob : { kind: 'blob', blob };
}

/** `at://did:plc:.../app.bsky.feed.post/3n...` as the result; the address names the account by DID, since handles change. */
function published(uri: string, did: string): Published {
  return { kind: 'published', platformPostId: uri, platformPostUrl: `https://bsky.app/profile/${did}/post/${uri.split('/').at(-1) ?? ''}` };
}

/** Reads the record under the publication's key. `foreign`: another post holds the key. */
async function readOwn(context: CallContext, publication: Publication): Promise<LookupReading | { readonly kind: 'foreign' }> {
  const did = publication.account.platformUserId;
  const query = { repo: did, collection: COLLECTION, rkey: recordKey(publication.publicationId, publication.dueAtMs) };
  const outcome = await context.http.send(xrpc.get(serverOf(context), 'com.atproto.repo.getRecord', query));
  if (outcome.kind !== 'response') return { kind: 'inconclusive', message: outcome.reason };
  const body = bodyJson(outcome);
  if (outcome.status === 400 && errorName(body) === 'RecordNotFound') return { kind: 'absent' };
  const record = outcome.status === 200 ? postRecordSchema.safeParse(body) : undefined;
  if (record?.success !== true) return { kind: 'inconclusive', message: `getRecord answered HTTP ${outcome.status}` };
  const { text, createdAt } = record.data.value;
  const isOwn = text === publication.content.text && Date.parse(createdAt) === createdAtMs(publication);
  return isOwn ? published(record.data.uri, did) : { kind: 'foreign' };
}

/** `InvalidSwap` says that a record stands under the key: that of an earlier attempt, whose answer was lost, unless it reads otherwise. */
async function readTaken(context: CallContext, publication: Publication): Promise<Submitted> {
  const found = await readOwn(context, publication);
  if (found.kind === 'published') return found;
  if (found.kind === 'foreign')
    return { kind: 'refused', category: 'platform_error', code: 'InvalidSwap', message: 'another post holds the record key' };
  return { kind: 'unknown', reason: `the record key was taken, but the record could not be read: ${found.kind}` };
}

async function readWritten(context: CallContext, publication: Publication, outcome: HttpOutcome): Promise<Submitted> {
  if (outcome.kind === 'response' && outcome.status === 400 && errorName(bodyJson(outcome)) === 'InvalidSwap')
    return readTaken(context, publication);
  const answer = screen(outcome, errors, context.nowMs);
  if (answer.kind !== 'response') return answer;
  const parsed = writtenSchema.safeParse(bodyJson(answer));
  if (!parsed.success) return { kind: 'unknown', reason: 'putRecord gave no record address', httpStatus: answer.status };
  return published(parsed.data.uri, publication.account.platformUserId);
}

/**
 * Class A: `putRecord` under a key of our own, with `swapRecord: null`, which means "only if there is none". So every attempt may be
 * sent again, and the post is there once.
 */
export const publish: Publisher = {
  attachments: ({ options }) => {
    const { threadItems = [], linkCard } = optionsSchema.parse(options);
    const media = threadItems.flatMap(({ mediaItems = [] }, index) => mediaItems.map(({ type, url }, place) => ({ path: threadPath(index, place), type, url, ...anyMedia })));
    const thumbnail = linkCard?.thumbnailUrl === undefined ? [] : [{ path: THUMBNAIL, type: 'image', url: linkCard.thumbnailUrl, ...picture } as const];
    return [...media, ...thumbnail];
  },
  following: ({ options }) =>
    (optionsSchema.parse(options).threadItems ?? []).map(({ content, mediaItems = [] }, index) => ({ text: content, media: mediaItems.map((_item, place) => threadPath(index, place)) })),
  prepare,
  submit: async (context, publication) => {
    const pds = serverOf(context);
    const checkpoint = checkpointSchema.safeParse(publication.checkpoint).data;
    if (checkpoint === undefined || checkpoint.blobs.length < publication.media.length) return { kind: 'unsent', reason: 'not prepared' };
    const body = {
      repo: publication.account.platformUserId,
      collection: COLLECTION,
      rkey: recordKey(publication.publicationId, publication.dueAtMs),
      record: buildRecord(publication, checkpoint),
      swapRecord: null,
    };
    const request = xrpc.post(pds, 'com.atproto.repo.putRecord', body, publication.credential.accessToken.reveal());
    return readWritten(context, publication, await context.http.send({ ...request, visible: true, deadlineMs: manifest.submitDeadlineMs }));
  },
  lookup: async (context, publication) => {
    const found = await readOwn(context, publication);
    // A foreign record proves that ours is not there; sending again then meets the foreign one and is refused.
    return found.kind === 'foreign' ? { kind: 'absent' } : found;
  },
  remove: async (context, { account, credential }, platformPostId) => {
    const body = { repo: account.platformUserId, collection: COLLECTION, rkey: platformPostId.split('/').at(-1) ?? '' };
    const outcome = await context.http.send(
      xrpc.post(serverOf(context), 'com.atproto.repo.deleteRecord', body, credential.accessToken.reveal()),
    );
    const answer = screen(outcome, errors, context.nowMs);
    return answer.kind === 'response' ? { kind: 'deleted' } : harmless(answer);
  },
};
