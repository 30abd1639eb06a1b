import { harmless, hostOf, withQuery, type CallContext, type Publication, type Published, type Rejected, type StatusReading } from '../kit/index.ts';
import { callApi, jsonRequest } from './call.ts';
import { playlistItemSchema, playlistItemsSchema, thumbnailSetSchema, videosSchema, type Video } from './schemas.ts';
import { optionsOf } from './video.ts';

const NEXT_STATUS_MS = 30_000;
const THUMBNAIL_DEADLINE_MS = 2 * 60_000;
export const THUMBNAIL_PATH = 'mediaItems[0].thumbnail';

/**
 * Reads `status.uploadStatus` of the video, and finishes it when it is processed. A video that is not listed yet, or any more, is waited
 * for: saying "rejected" of what may be there would have it uploaded twice.
 */
export async function readProcessing(context: CallContext, publication: Publication, videoId: string): Promise<StatusReading> {
  const path = withQuery('/youtube/v3/videos', { part: 'snippet,status,processingDetails', id: videoId });
  const result = await callApi(context, publication.credential, { method: 'GET', path }, videosSchema);
  if (result.kind !== 'answered') return harmless(result);
  const video = result.value.items?.find(({ id }) => id === videoId);
  const rejected = video === undefined ? undefined : rejectionOf(video);
  if (rejected !== undefined) return rejected;
  if (video?.status?.uploadStatus !== 'processed') return { kind: 'processing', retryInMs: NEXT_STATUS_MS };
  return finish(context, publication, video);
}

const media = (code: string, message: string): Rejected => ({ kind: 'rejected', category: 'media_rejected', code, message });

/** Reasons as the discovery document lists them (VideoStatus, VideoProcessingDetails). */
function rejectionOf({ status, processingDetails: processing }: Video): Rejected | undefined {
  const { uploadStatus, failureReason, rejectionReason } = status ?? {};
  if (uploadStatus === 'failed') return media(failureReason ?? 'failed', `YouTube could not read the video: ${failureReason ?? 'no reason given'}.`);
  if (uploadStatus === 'rejected') return asRejected(rejectionReason ?? 'rejected');
  if (uploadStatus === 'deleted') return { kind: 'rejected', category: 'content_rejected', code: 'deleted', message: 'The video was deleted while YouTube processed it.' };
  if (uploadStatus === 'processed') return undefined;
  const { processingStatus, processingFailureReason: reason = 'no reason given' } = processing ?? {};
  return processingStatus === 'failed' || processingStatus === 'terminated' ? media(processingStatus, `YouTube could not process the video: ${reason}.`) : undefined;
}

function asRejected(reason: string): Rejected {
  const rejected = { kind: 'rejected', code: reason, message: `YouTube rejected the video: ${reason}.` } as const;
  if (reason === 'duplicate') return { ...rejected, category: 'duplicate' };
  if (reason === 'length') return { ...rejected, category: 'media_rejected' };
  return { ...rejected, category: reason.startsWith('uploaderAccount') ? 'account_restricted' : 'content_rejected' };
}

/** Thumbnail and playlist come after the video and never fail it: what was refused is told as a warning. */
async function finish(context: CallContext, publication: Publication, { id, snippet }: Video): Promise<Published> {
  const elsewhere = snippet?.channelId !== undefined && snippet.channelId !== publication.account.platformUserId ? `The video went to another channel of the same Google account: ${snippet.channelId}.` : undefined;
  const warnings = [elsewhere, await setThumbnail(context, publication, id), await addToPlaylist(context, publication, id)].filter((warning) => warning !== undefined);
  return {
    kind: 'published',
    platformPostId: id,
    platformPostUrl: `${hostOf(context.publicHosts, 'web')}/watch?v=${id}`,
    ...(warnings.length === 0 ? {} : { warning: warnings.join(' ') }),
  };
}

/** `thumbnails.set`; doing it again changes nothing. */
async function setThumbnail(context: CallContext, { attachments, credential }: Publication, videoId: string): Promise<string | undefined> {
  const thumbnail = attachments[THUMBNAIL_PATH];
  if (thumbnail === undefined) return undefined;
  const path = withQuery('/upload/youtube/v3/thumbnails/set', { videoId, uploadType: 'media' });
  try {
    const call = { method: 'POST', path, headers: { 'content-type': thumbnail.mimeType }, body: await thumbnail.stream(), deadlineMs: THUMBNAIL_DEADLINE_MS } as const;
    const result = await callApi(context, credential, call, thumbnailSetSchema);
    return result.kind === 'answered' ? undefined : `The thumbnail was not taken: ${harmless(result).message}`;
  } catch (error) {
    return `The thumbnail could not be read: ${error instanceof Error ? error.message : 'no reason given'}`;
  }
}

/** `playlistItems.insert` would add a video a second time, so the playlist is asked for it first. */
async function addToPlaylist(context: CallContext, publication: Publication, videoId: string): Promise<string | undefined> {
  const { playlistId } = optionsOf(publication);
  if (playlistId === undefined) return undefined;
  const asked = { method: 'GET', path: withQuery('/youtube/v3/playlistItems', { part: 'snippet', playlistId, videoId }) } as const;
  const there = await callApi(context, publication.credential, asked, playlistItemsSchema);
  if (there.kind === 'answered' && (there.value.items ?? []).length > 0) return undefined;
  const snippet = { playlistId, resourceId: { kind: 'youtube#video', videoId } };
  const call = { method: 'POST', path: '/youtube/v3/playlistItems?part=snippet', ...jsonRequest({ snippet }) } as const;
  const result = there.kind === 'answered' ? await callApi(context, publication.credential, call, playlistItemSchema) : there;
  return result.kind === 'answered' ? undefined : `The video was not added to the playlist: ${harmless(result).message}`;
}
