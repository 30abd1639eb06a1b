import { bodyJson, harmless, screen, type AccountCredential, type CallContext, type MediaFile, type Refused } from '../kit/index.ts';
import { errors } from './errors.ts';
import { uploadSchema, type BlueskyCheckpoint } from './schemas.ts';
import { serverOf } from './xrpc.ts';

export type Blob = BlueskyCheckpoint['blobs'][number];

export const isRefused = (value: object): value is Refused => 'kind' in value && value.kind === 'refused';

/** A minute, and what the file needs at a megabyte a second. Milliseconds. */
export const uploadDeadlineMs = ({ sizeBytes }: Pick<MediaFile, 'sizeBytes'>): number => 60_000 + Math.ceil(sizeBytes / 1000);

/** Stores a file at the account's server (`com.atproto.repo.uploadBlob`). */
export async function uploadBlob(context: CallContext, credential: AccountCredential, media: MediaFile): Promise<Blob | Refused> {
  const outcome = await context.http.send({
    method: 'POST',
    url: `${serverOf(context)}/xrpc/com.atproto.repo.uploadBlob`,
    headers: { 'content-type': media.mimeType, authorization: `Bearer ${credential.accessToken.reveal()}` },
    body: await media.stream(),
    deadlineMs: uploadDeadlineMs(media),
  });
  const answer = screen(outcome, errors, context.nowMs);
  if (answer.kind !== 'response') return harmless(answer);
  const parsed = uploadSchema.safeParse(bodyJson(answer));
  return parsed.success ? parsed.data.blob : harmless({ kind: 'unknown', reason: 'uploadBlob gave no blob', httpStatus: answer.status });
}
