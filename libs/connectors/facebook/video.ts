import type { CallContext, Publication } from '../kit/index.ts';
import { read, type Answer } from './graph.ts';
import { videoSchema, type Video } from './schemas.ts';

/** What Facebook says of a video. `unpublished`: the call that publishes it never arrived. */
export type VideoState = { readonly kind: 'published' | 'processing' | 'unpublished' } | { readonly kind: 'failed'; readonly message: string };

const FAILED: ReadonlySet<string> = new Set(['error', 'expired', 'upload_failed']);

export async function readVideo(context: CallContext, { credential }: Publication, id: string): Promise<Answer<Video>> {
  return read(context, credential, id, { fields: 'status,permalink_url' }, videoSchema);
}

/** Reads the phases of a video (Video API, reels publishing, "get the upload status"). */
export function stateOf({ status }: Video): VideoState {
  const { video_status: whole, processing_phase: processing, publishing_phase: publishing } = status;
  const failed = [processing, publishing].find((phase) => phase?.status === 'error');
  if (FAILED.has(whole) || failed !== undefined) {
    const words = failed?.error?.message ?? failed?.errors?.[0]?.message;
    return { kind: 'failed', message: words ?? `Facebook could not process the video: ${whole}.` };
  }
  if (publishing?.status === 'complete') return { kind: 'published' };
  if (publishing === undefined && whole === 'ready') return { kind: 'published' };
  return { kind: publishing?.status === 'in_progress' || whole === 'ready' ? 'processing' : 'unpublished' };
}
