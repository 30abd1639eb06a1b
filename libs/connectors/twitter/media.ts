import { harmless, multipartBody, type CallContext, type HttpRequest, type MediaFile, type Prepared, type Publication, type Refused } from '../kit/index.ts';
import { callApi, jsonRequest, type CallResult } from './call.ts';
import { appendedSchema, checkpointSchema, describedSchema, optionsSchema, uploadSchema, type Slot } from './schemas.ts';
import type { z } from 'zod';

/** X takes chunks up to 5 MB; its own command line tool sends 4. */
const SEGMENT_BYTES = 4 * 1024 * 1024;
const UPLOAD_DEADLINE_MS = 120_000;
const DEFAULT_LIFE_SECS = 86_400;
const DEFAULT_CHECK_SECS = 5;
/** Media with less life than this are uploaded anew, so that they do not expire between here and the post. */
const MIN_LIFE_MS = 10 * 60 * 1000;
const CATEGORY = { image: 'tweet_image', gif: 'tweet_gif', video: 'tweet_video', document: 'tweet_image' } as const;

type Upload = z.infer<typeof uploadSchema>['data'];
type Step =
  { readonly kind: 'slot'; readonly slot: Slot } | { readonly kind: 'wait'; readonly slot: Slot; readonly retryInMs: number } | Refused;
type Save = (slot: Slot) => Promise<void>;

interface Work {
  readonly context: CallContext;
  readonly publication: Publication;
  readonly file: MediaFile;
  /** What is to be told of it to those who cannot see it. */
  readonly altText: string | undefined;
  readonly save: Save;
}

/** Alt texts of the part's own media. */
function altTextOf({ content, before }: Publication): readonly string[] {
  const { altText = [], threadItems = [] } = optionsSchema.parse(content.options);
  return before.length === 0 ? altText : (threadItems[before.length - 1]?.altText ?? []);
}

/** The uploaded media of a checkpoint in order, or undefined when one is missing, unfinished or about to expire. */
export function preparedMedia(publication: Publication, nowMs: number): Slot[] | undefined {
  const { media } = checkpointSchema.parse(publication.checkpoint);
  const slots = publication.media.map((_, index) => alive(media[index], nowMs)).filter((slot) => slot?.step === 'ready');
  return slots.length === publication.media.length ? slots.filter((slot) => slot !== undefined) : undefined;
}

function alive(slot: Slot | null | undefined, nowMs: number): Slot | undefined {
  return slot !== null && slot !== undefined && slot.expiresAtMs > nowMs + MIN_LIFE_MS ? slot : undefined;
}

/**
 * Uploads the media, each from where the last checkpoint left it. What X has not yet processed gives `wait`. An upload that X no longer
 * knows is begun anew once.
 */
export async function prepare(
  context: CallContext,
  publication: Publication,
  save: (checkpoint: Readonly<Record<string, unknown>>) => Promise<void>,
): Promise<Prepared | Refused> {
  const media: (Slot | null)[] = publication.media.map(
    (_, index) => alive(checkpointSchema.parse(publication.checkpoint).media[index], context.nowMs) ?? null,
  );
  let retryInMs: number | undefined;
  const altText = altTextOf(publication);
  for (const [index, file] of publication.media.entries()) {
    const keep: Save = async (slot) => {
      media[index] = slot;
      await save({ media: [...media] });
    };
    const step = await upload({ context, publication, file, altText: altText[index], save: keep }, media[index] ?? undefined);
    if (step.kind === 'refused') return step;
    media[index] = step.slot;
    if (step.kind === 'wait') retryInMs = Math.max(retryInMs ?? 0, step.retryInMs);
  }
  return retryInMs === undefined ? { kind: 'ready', checkpoint: { media } } : { kind: 'wait', checkpoint: { media }, retryInMs };
}

async function upload(work: Work, begun: Slot | undefined): Promise<Step> {
  if (begun === undefined) return start(work);
  const step = await proceed(work, begun);
  const isForgotten = step.kind === 'refused' && (step.httpStatus === 400 || step.httpStatus === 404);
  return isForgotten ? start(work) : step;
}

async function start(work: Work): Promise<Step> {
  const { file } = work;
  if (file.type === 'image') {
    const form = multipartBody([
      { name: 'media_category', content: CATEGORY.image },
      { name: 'media', filename: 'media', contentType: file.mimeType, content: await file.stream() },
    ]);
    return finished(work, await send(work, '/2/media/upload', { headers: { 'content-type': form.contentType }, body: form.body }));
  }
  const body = { media_type: file.mimeType, total_bytes: file.sizeBytes, media_category: CATEGORY[file.type] };
  const result = await send(work, '/2/media/upload/initialize', jsonRequest(body));
  if (result.kind !== 'answered') return refusedUpload(result);
  const slot = slotOf(result.value.data, 'append', work.context.nowMs);
  await work.save(slot);
  return proceed(work, slot);
}

async function proceed(work: Work, slot: Slot): Promise<Step> {
  if (slot.step === 'append') return append(work, slot);
  if (slot.step === 'finalize') return finished(work, await send(work, `/2/media/upload/${slot.id}/finalize`, {}));
  if (slot.step === 'process') {
    const path = `/2/media/upload?command=STATUS&media_id=${slot.id}`;
    return finished(work, await callApi(work.context, work.publication.credential, { method: 'GET', path }, uploadSchema));
  }
  if (slot.step === 'describe') return describe(work, slot);
  return { kind: 'slot', slot };
}

/** `POST /2/media/metadata`: the alt text belongs to the media, so it is there before the post is. */
async function describe(work: Work, slot: Slot): Promise<Step> {
  const body = { id: slot.id, metadata: { alt_text: { text: work.altText ?? '' } } };
  const call = { method: 'POST', path: '/2/media/metadata', ...jsonRequest(body) } as const;
  const result = await callApi(work.context, work.publication.credential, call, describedSchema);
  if (result.kind !== 'answered') return refusedUpload(result);
  const described: Slot = { ...slot, step: 'ready' };
  await work.save(described);
  return { kind: 'slot', slot: described };
}

async function append(work: Work, begun: Slot): Promise<Step> {
  const { sizeBytes, mimeType } = work.file;
  let slot = begun;
  for (let index = slot.sent; index * SEGMENT_BYTES < sizeBytes; index += 1) {
    const form = multipartBody([
      { name: 'segment_index', content: String(index) },
      {
        name: 'media',
        filename: 'media',
        contentType: mimeType,
        content: await work.file.stream(index * SEGMENT_BYTES, Math.min((index + 1) * SEGMENT_BYTES, sizeBytes)),
      },
    ]);
    const request = { headers: { 'content-type': form.contentType }, body: form.body };
    const call = { method: 'POST', path: `/2/media/upload/${slot.id}/append`, deadlineMs: UPLOAD_DEADLINE_MS, ...request } as const;
    const result = await callApi(work.context, work.publication.credential, call, appendedSchema);
    if (result.kind !== 'answered') return refusedUpload(result);
    slot = { ...slot, sent: index + 1 };
    await work.save(slot);
  }
  slot = { ...slot, step: 'finalize' };
  await work.save(slot);
  return proceed(work, slot);
}

/** Reads what X says of an upload that has all its bytes. */
async function finished(work: Work, result: CallResult<z.infer<typeof uploadSchema>>): Promise<Step> {
  if (result.kind !== 'answered') return refusedUpload(result);
  const { data } = result.value;
  const info = data.processing_info;
  if (info?.state === 'failed') {
    return {
      kind: 'refused',
      category: 'media_rejected',
      code: info.error?.name ?? 'processing_failed',
      message: info.error?.message ?? 'X could not process the media.',
    };
  }
  const isReady = info === undefined || info.state === 'succeeded';
  const needsText = isReady && work.altText !== undefined && work.altText !== '';
  const slot = slotOf(data, needsText ? 'describe' : isReady ? 'ready' : 'process', work.context.nowMs);
  await work.save(slot);
  if (needsText) return proceed(work, slot);
  return isReady ? { kind: 'slot', slot } : { kind: 'wait', slot, retryInMs: (info.check_after_secs ?? DEFAULT_CHECK_SECS) * 1000 };
}

function send(
  work: Work,
  path: string,
  request: { readonly headers?: Readonly<Record<string, string>>; readonly body?: Exclude<HttpRequest['body'], undefined> },
) {
  return callApi(
    work.context,
    work.publication.credential,
    { method: 'POST', path, deadlineMs: UPLOAD_DEADLINE_MS, ...request },
    uploadSchema,
  );
}

function slotOf(data: Upload, step: Slot['step'], nowMs: number): Slot {
  return {
    id: data.id,
    key: data.media_key ?? data.id,
    step,
    sent: 0,
    expiresAtMs: nowMs + (data.expires_after_secs ?? DEFAULT_LIFE_SECS) * 1000,
  };
}

/** Nothing is visible yet, so the unknown may be tried again; and what is wrong with an upload is wrong with the media. */
function refusedUpload(result: Exclude<CallResult<unknown>, { kind: 'answered' }>): Refused {
  const refused = harmless(result);
  const isAboutMedia = refused.category === 'content_rejected' || refused.category === 'platform_error';
  return isAboutMedia ? { ...refused, category: 'media_rejected' } : refused;
}
