import { harmless, multipartBody, type CallContext, type Part, type Prepared, type Publication, type Refused } from '../kit/index.ts';
import { filesOf, type DescribedFile } from './attachments.ts';
import { callServer, type CallResult } from './call.ts';
import { checkpointSchema, uploadSchema, type Checkpoint, type Slot } from './schemas.ts';
import type { z } from 'zod';

const UPLOAD_DEADLINE_MS = 300_000;
const CHECK_MS = 5_000;
/** A server that has not processed a file by now will not. */
const LONGEST_PROCESSING_MS = 60 * 60_000;
/** A server removes media after a day that no status has; well before, they are uploaded anew. */
const SLOT_LIFE_MS = 12 * 60 * 60_000;

type Step = { readonly kind: 'slot'; readonly slot: Slot } | Refused;

/** The ids of the uploaded media in order, or undefined when one is missing, unfinished or about to go. */
export function preparedMedia(publication: Publication, nowMs: number): readonly string[] | undefined {
  const { media } = checkpointSchema.parse(publication.checkpoint);
  const ids = publication.media.flatMap((_, index) => {
    const slot = alive(media[index], nowMs);
    return slot?.isReady === true ? [slot.id] : [];
  });
  return ids.length === publication.media.length ? ids : undefined;
}

function alive(slot: Slot | null | undefined, nowMs: number): Slot | undefined {
  return slot !== null && slot !== undefined && slot.uploadedAtMs + SLOT_LIFE_MS > nowMs ? slot : undefined;
}

/** Uploads what the checkpoint does not have yet, one file after another, and waits for what the server still processes. */
export async function prepareMedia(context: CallContext, publication: Publication, save: (checkpoint: Checkpoint) => Promise<void>): Promise<Prepared | Refused> {
  const begun = checkpointSchema.parse(publication.checkpoint);
  const media: (Slot | null)[] = publication.media.map((_, index) => alive(begun.media[index], context.nowMs) ?? null);
  for (const [index, described] of filesOf(publication).entries()) {
    const step = await proceed(context, publication, described, media[index] ?? undefined);
    if (step.kind === 'refused') return step;
    media[index] = step.slot;
    await save({ ...begun, media: [...media] });
  }
  const checkpoint = { ...begun, media };
  return media.every((slot) => slot?.isReady === true) ? { kind: 'ready', checkpoint } : { kind: 'wait', checkpoint, retryInMs: CHECK_MS };
}

/** A file that the server does not know any more is uploaded again. */
async function proceed(context: CallContext, publication: Publication, described: DescribedFile, slot: Slot | undefined): Promise<Step> {
  if (slot === undefined) return upload(context, publication, described);
  if (slot.isReady) return { kind: 'slot', slot };
  const call = { method: 'GET', path: `/api/v1/media/${encodeURIComponent(slot.id)}` } as const;
  const result = await callServer(context, publication.credential, call, uploadSchema);
  if (result.kind === 'refused' && result.httpStatus === 404) return upload(context, publication, described);
  const step = read(result, slot.uploadedAtMs);
  const isOver = step.kind === 'slot' && !step.slot.isReady && context.nowMs - slot.uploadedAtMs > LONGEST_PROCESSING_MS;
  if (isOver) return { kind: 'refused', category: 'media_rejected', code: 'processing_timeout', message: 'The server did not finish processing the file.' };
  return step;
}

async function upload(context: CallContext, publication: Publication, { file, altText, thumbnail }: DescribedFile): Promise<Step> {
  const parts: Part[] = [
    { name: 'file', filename: file.filename, contentType: file.mimeType, content: await file.stream() },
    ...(altText === undefined ? [] : [{ name: 'description', content: altText }]),
    ...(thumbnail === undefined ? [] : [{ name: 'thumbnail', filename: thumbnail.filename, contentType: thumbnail.mimeType, content: await thumbnail.stream() }]),
  ];
  const form = multipartBody(parts);
  const call = { method: 'POST', path: '/api/v2/media', deadlineMs: UPLOAD_DEADLINE_MS, headers: { 'content-type': form.contentType }, body: form.body } as const;
  return read(await callServer(context, publication.credential, call, uploadSchema), context.nowMs);
}

/** A file has an address when it is ready (docs: methods/media). What is wrong with an upload is wrong with the media. */
function read(result: CallResult<z.infer<typeof uploadSchema>>, uploadedAtMs: number): Step {
  if (result.kind === 'answered') {
    const { id, url } = result.value;
    return { kind: 'slot', slot: { id, isReady: typeof url === 'string', uploadedAtMs } };
  }
  const refused = harmless(result);
  const isAboutMedia = refused.category === 'content_rejected' || refused.category === 'platform_error';
  return isAboutMedia ? { ...refused, category: 'media_rejected' } : refused;
}
