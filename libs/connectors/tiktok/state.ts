import { harmless, hostOf, type AccountCredential, type CallContext, type Publication, type Published, type Refused, type Rejected, type StatusReading } from '../kit/index.ts';
import { callApi } from './call.ts';
import { failureOf } from './errors.ts';
import { isPublic, isVideo, optionsOf } from './post-info.ts';
import { checkpointOf, stateSchema } from './schemas.ts';

/** A public post gets its id when it has passed moderation: within a minute as a rule, sometimes after hours. Longer than this is not waited. */
const NAMED_WITHIN_MS = 6 * 60 * 60_000;
const MINUTE_MS = 60_000;

/** What TikTok says of a publication. `uploading`: it has so many bytes, if it tells. */
export type PublicationState =
  | { readonly kind: 'uploading'; readonly bytes: number | undefined }
  | { readonly kind: 'downloading' | 'inbox' }
  | { readonly kind: 'complete'; readonly postId: string | undefined }
  | { readonly kind: 'failed'; readonly failure: Rejected };

/** `status/fetch` (Content Posting API, get post status). */
export async function readState(context: CallContext, credential: AccountCredential, publishId: string): Promise<PublicationState | Refused> {
  const result = await callApi(context, credential, { method: 'POST', path: '/v2/post/publish/status/fetch/', body: { publish_id: publishId } }, stateSchema);
  if (result.kind !== 'answered') return harmless(result);
  const { status, fail_reason: reason, publicaly_available_post_id: ids, uploaded_bytes: bytes } = result.value;
  switch (status) {
    case 'PROCESSING_UPLOAD':
      return { kind: 'uploading', bytes: bytes ?? undefined };
    case 'PROCESSING_DOWNLOAD':
      return { kind: 'downloading' };
    case 'SEND_TO_USER_INBOX':
      return { kind: 'inbox' };
    case 'PUBLISH_COMPLETE':
      return { kind: 'complete', postId: ids?.[0] };
    case 'FAILED':
      return { kind: 'failed', failure: failureOf(reason ?? 'internal', context.nowMs) };
  }
}

/** Of what was given, a draft keeps the files, and of photos their words. */
function lostInDraft(publication: Publication): boolean {
  const { draft: _draft, description, photoCoverIndex, ...settings } = optionsOf(publication);
  if (Object.keys(settings).length > 0) return true;
  return isVideo(publication) && (publication.content.text !== '' || description !== undefined || photoCoverIndex !== undefined);
}

/** A publication that is in the inbox. */
export function asDraft(publication: Publication, publishId: string): Published {
  const warning = isVideo(publication) ? 'A draft of a video has neither caption nor settings: they are chosen in the app of TikTok.' : 'A draft of photos has no settings: they are chosen in the app of TikTok.';
  return { kind: 'published', platformPostId: publishId, platformPostUrl: null, ...(lostInDraft(publication) ? { warning } : {}) };
}

/**
 * A publication that is complete. Only public posts have an id; of others, and of those in moderation, TikTok tells none but the
 * publication's, and the address is that of the profile that shows them.
 */
export function asPublished(context: CallContext, publication: Publication, publishId: string, postId: string | undefined): Published {
  const username = checkpointOf(publication).creator?.username ?? publication.account.username?.replace(/^@/, '');
  const profileUrl = username === undefined ? null : `${hostOf(context.publicHosts, 'web')}/@${username}`;
  if (postId === undefined) {
    const warning = 'TikTok is still moderating the post, and has not named it: this is the id of its publication.';
    return { kind: 'published', platformPostId: publishId, platformPostUrl: profileUrl, ...(isPublic(publication) ? { warning } : {}) };
  }
  const platformPostUrl = profileUrl === null ? null : `${profileUrl}/${isVideo(publication) ? 'video' : 'photo'}/${postId}`;
  return { kind: 'published', platformPostId: postId, platformPostUrl };
}

/** Thirty such calls a minute are allowed for an account, which may have several publications under way. */
function pauseMs(ageMs: number): number {
  if (ageMs < 2 * MINUTE_MS) return 10_000;
  return ageMs < 15 * MINUTE_MS ? 30_000 : 5 * MINUTE_MS;
}

/** Follows a publication to its end. */
export async function readStatus(context: CallContext, publication: Publication, publishId: string): Promise<StatusReading> {
  const ageMs = context.nowMs - (checkpointOf(publication).readyAtMs ?? context.nowMs);
  const processing = { kind: 'processing', retryInMs: pauseMs(ageMs) } as const;
  const state = await readState(context, publication.credential, publishId);
  switch (state.kind) {
    case 'refused':
      return state;
    case 'failed':
      return state.failure;
    case 'inbox':
      return asDraft(publication, publishId);
    case 'complete':
      return state.postId === undefined && isPublic(publication) && ageMs < NAMED_WITHIN_MS ? processing : asPublished(context, publication, publishId, state.postId);
    default:
      return processing;
  }
}
