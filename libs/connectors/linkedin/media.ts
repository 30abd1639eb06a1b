import { harmless, type CallContext, type MediaFile, type Prepared, type Publication, type Refused } from '../kit/index.ts';
import { filesOf, slotsOf, uploadAddress, type Work } from './assets.ts';
import { authorOf } from './author.ts';
import { ask, restRequest, send } from './call.ts';
import { restPath } from './restli.ts';
import { assetSchema, slotSchema, startedSchema, type Slot } from './schemas.ts';
import { finalizeVideo, sendParts, startVideo } from './video.ts';

const UPLOAD_DEADLINE_MS = 10 * 60_000;
const CHECK_MS = 5_000;
/** Where LinkedIn does not say whether a picture or document is processed, it gets this long. */
const GRACE_MS = 15_000;
/** A video takes longer. */
const VIDEO_GRACE_MS = 60_000;

export type Step = { readonly kind: 'slot'; readonly slot: Slot } | { readonly kind: 'wait'; readonly slot: Slot; readonly retryInMs: number } | Refused;

/** What is wrong with an upload is wrong with the file. */
export function aboutMedia(refused: Refused): Refused {
  return refused.category === 'content_rejected' || refused.category === 'platform_error' ? { ...refused, category: 'media_rejected' } : refused;
}

const resourceOf = ({ type }: Pick<MediaFile, 'type'>): 'images' | 'documents' | 'videos' => (type === 'document' ? 'documents' : type === 'video' ? 'videos' : 'images');

/** Uploads what the post needs and waits until LinkedIn has processed it. Each file goes on where the last checkpoint left it. */
export async function prepare(context: CallContext, publication: Publication, save: (checkpoint: Readonly<Record<string, unknown>>) => Promise<void>): Promise<Prepared | Refused> {
  const assets = slotsOf(publication, context.nowMs);
  let retryInMs: number | undefined;
  for (const [index, file] of filesOf(publication).entries()) {
    const keep = async (slot: Slot): Promise<void> => {
      assets[index] = slot;
      await save({ assets: [...assets] });
    };
    const step = await upload({ context, publication, file, save: keep }, assets[index] ?? undefined);
    if (step.kind === 'refused') return aboutMedia(step);
    assets[index] = step.slot;
    if (step.kind === 'wait') retryInMs = Math.max(retryInMs ?? 0, step.retryInMs);
  }
  return retryInMs === undefined ? { kind: 'ready', checkpoint: { assets } } : { kind: 'wait', checkpoint: { assets }, retryInMs };
}

/** An upload that LinkedIn no longer knows is begun anew, once. */
async function upload(work: Work, begun: Slot | undefined): Promise<Step> {
  if (begun === undefined) return start(work);
  const step = await proceed(work, begun);
  const isForgotten = step.kind === 'refused' && [400, 403, 404, 410, 422].includes(step.httpStatus ?? 0);
  return isForgotten ? start(work) : step;
}

async function start(work: Work): Promise<Step> {
  if (work.file.type !== 'video') return sendWhole(work);
  const slot = await startVideo(work);
  if ('kind' in slot) return slot;
  await work.save(slot);
  return proceed(work, slot);
}

async function proceed(work: Work, begun: Slot): Promise<Step> {
  let slot: Slot | Refused = begun;
  if (slot.step === 'parts') slot = await sendParts(work, slot);
  if (!('kind' in slot) && slot.step === 'finalize') slot = await finalizeVideo(work, slot);
  if ('kind' in slot) return slot;
  return slot.step === 'process' ? follow(work, slot) : { kind: 'slot', slot };
}

/** Pictures and documents go in one piece, with the token (Images API, Documents API: upload). */
async function sendWhole(work: Work): Promise<Step> {
  const { context, publication, file } = work;
  const resource = resourceOf(file);
  const json = { initializeUploadRequest: { owner: authorOf(publication.account) } };
  const started = await ask(context, restRequest(context, publication.credential, { method: 'POST', path: restPath([resource], { action: 'initializeUpload' }), json }), startedSchema);
  if (started.kind === 'refused') return started;
  const { uploadUrl, image, document } = started.value.value;
  const urn = resource === 'images' ? image : document;
  const url = uploadAddress(context, uploadUrl);
  if (urn === undefined || url === undefined) return { kind: 'refused', category: 'transient', code: 'upload_url', message: 'LinkedIn gave no place to upload to.' };
  const headers = { authorization: `Bearer ${publication.credential.accessToken.reveal()}`, 'content-type': file.mimeType };
  const sent = await send(context, { method: 'PUT', url, headers, body: await file.stream(), deadlineMs: UPLOAD_DEADLINE_MS });
  if (sent.kind !== 'response') return harmless(sent);
  const slot = slotSchema.parse({ urn, step: 'process', sinceMs: context.nowMs });
  await work.save(slot);
  return follow(work, slot);
}

/**
 * Asks how far the processing is. Tokens of members may upload pictures and documents but not read them (403): those get a while, and a
 * post that still comes too early is refused by LinkedIn as such and tried again.
 */
async function follow(work: Work, slot: Slot): Promise<Step> {
  const { context, publication, file } = work;
  const { readyAtMs } = slot;
  if (readyAtMs !== undefined) {
    return readyAtMs <= context.nowMs ? finished(work, slot) : { kind: 'wait', slot, retryInMs: readyAtMs - context.nowMs };
  }
  const asset = await ask(context, restRequest(context, publication.credential, { method: 'GET', path: restPath([resourceOf(file), slot.urn]) }), assetSchema);
  if (asset.kind === 'refused' && asset.category === 'scope_missing') {
    const graceMs = file.type === 'video' ? VIDEO_GRACE_MS : GRACE_MS;
    return { kind: 'wait', slot: { ...slot, readyAtMs: context.nowMs + graceMs }, retryInMs: graceMs };
  }
  if (asset.kind === 'refused') return asset;
  const { status, processingFailureReason } = asset.value;
  if (status === 'AVAILABLE') return finished(work, slot);
  if (status === 'PROCESSING_FAILED') {
    return { kind: 'refused', category: 'media_rejected', code: 'processing', message: `LinkedIn could not process the file: ${processingFailureReason ?? 'it gives no reason.'}` };
  }
  return { kind: 'wait', slot, retryInMs: CHECK_MS };
}

async function finished(work: Work, slot: Slot): Promise<Step> {
  const ready: Slot = { ...slot, step: 'ready', parts: [], etags: [] };
  await work.save(ready);
  return { kind: 'slot', slot: ready };
}
