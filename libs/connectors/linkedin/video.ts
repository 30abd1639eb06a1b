import { harmless, type Refused } from '../kit/index.ts';
import { COVER_PATH, sealedAddress, sealSlot, type Work } from './assets.ts';
import { authorOf } from './author.ts';
import { ask, restRequest, send } from './call.ts';
import { restPath } from './restli.ts';
import { assetSchema, slotSchema, videoStartedSchema, type Slot } from './schemas.ts';

const PART_DEADLINE_MS = 5 * 60_000;

const noPlace: Refused = { kind: 'refused', category: 'transient', code: 'upload_url', message: 'LinkedIn gave no place to upload to.' };

/** Tells the size and gets an address for each part (Videos API, initialize the upload). */
export async function startVideo({ context, publication, file }: Work): Promise<Slot | Refused> {
  const { account, credential, attachments } = publication;
  const cover = attachments[COVER_PATH];
  const json = { initializeUploadRequest: { owner: authorOf(account), fileSizeBytes: file.sizeBytes, uploadCaptions: false, uploadThumbnail: cover !== undefined } };
  const call = { method: 'POST', path: restPath(['videos'], { action: 'initializeUpload' }), json } as const;
  const started = await ask(context, restRequest(context, credential, call), videoStartedSchema);
  if (started.kind === 'refused') return started;
  const { video, uploadInstructions, uploadToken, uploadUrlsExpireAt, thumbnailUploadUrl } = started.value.value;
  const parts = uploadInstructions.map(({ uploadUrl, firstByte, lastByte }) => ({ url: uploadUrl, start: firstByte, end: lastByte + 1 }));
  const isWhole = parts.every(({ start }, index) => start === (parts[index - 1]?.end ?? 0)) && parts.at(-1)?.end === file.sizeBytes;
  if (!isWhole) return { kind: 'refused', category: 'transient', code: 'parts', message: 'The parts that LinkedIn asks for do not make up the file.' };
  const slot = slotSchema.parse({
    ...{ urn: video, step: 'parts', sinceMs: context.nowMs, parts, uploadToken, expiresAtMs: uploadUrlsExpireAt },
    thumbnailUrl: cover === undefined ? undefined : thumbnailUploadUrl,
  });
  return sealSlot(publication, slot);
}

/** Sends the parts that LinkedIn does not have yet. They bear no token; what is answered as `ETag` names them when all are there. */
export async function sendParts(work: Work, begun: Slot): Promise<Slot | Refused> {
  const { context, file, save } = work;
  let slot = begun;
  for (const { url, start, end } of begun.parts.slice(begun.etags.length)) {
    const address = sealedAddress(work, slot, url);
    if (address === undefined) return noPlace;
    const headers = { 'content-type': 'application/octet-stream' };
    const sent = await send(context, { method: 'PUT', url: address, headers, body: await file.stream(start, end), deadlineMs: PART_DEADLINE_MS });
    if (sent.kind !== 'response') return harmless(sent);
    const etag = sent.headers['etag']?.replaceAll('"', '');
    if (etag === undefined || etag === '') return { kind: 'refused', category: 'transient', code: 'etag', message: 'LinkedIn did not name a part of the upload.' };
    slot = { ...slot, etags: [...slot.etags, etag] };
    await save(slot);
  }
  slot = { ...(await withCover(work, slot)), step: 'finalize' };
  await save(slot);
  return slot;
}

/** Sends the picture that stands for the video. What becomes of it does not hold up the post. */
async function withCover(work: Work, slot: Slot): Promise<Slot> {
  const { context, publication } = work;
  const cover = publication.attachments[COVER_PATH];
  const address = slot.thumbnailUrl === undefined ? undefined : sealedAddress(work, slot, slot.thumbnailUrl);
  if (cover === undefined || slot.cover !== undefined) return slot;
  if (address === undefined) return { ...slot, cover: 'LinkedIn gave no place to upload it to.' };
  const headers = { 'content-type': 'application/octet-stream', 'media-type-family': 'STILLIMAGE' };
  const sent = await send(context, { method: 'PUT', url: address, headers, body: await cover.stream(), deadlineMs: PART_DEADLINE_MS });
  return { ...slot, cover: sent.kind === 'response' ? '' : harmless(sent).message };
}

/**
 * Puts the parts together (Videos API, finalize the upload). An answer that was lost may have been a yes: a refusal of the second try
 * counts only while LinkedIn still waits for the upload.
 */
export async function finalizeVideo({ context, publication, save }: Work, slot: Slot): Promise<Slot | Refused> {
  const { credential } = publication;
  const json = { finalizeUploadRequest: { video: slot.urn, uploadToken: slot.uploadToken, uploadedPartIds: slot.etags } };
  const sent = await send(context, restRequest(context, credential, { method: 'POST', path: restPath(['videos'], { action: 'finalizeUpload' }), json }));
  if (sent.kind !== 'response') {
    const refused = harmless(sent);
    if (refused.category === 'transient') return refused;
    const asset = await ask(context, restRequest(context, credential, { method: 'GET', path: restPath(['videos', slot.urn]) }), assetSchema);
    const isThere = asset.kind === 'answer' && asset.value.status !== 'WAITING_UPLOAD';
    if (!isThere) return refused;
  }
  const done: Slot = { ...slot, step: 'process', parts: [], thumbnailUrl: undefined };
  await save(done);
  return done;
}
