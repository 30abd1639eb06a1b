import { type CallContext, type Prepared, type Publication, type Publisher, type Refused, type Submitted } from '../kit/index.ts';
import { callApi } from './call.ts';
import { checkCreator } from './creator.ts';
import { lookup } from './lookup.ts';
import { manifest } from './manifest.ts';
import { isVideo, photoBody } from './post-info.ts';
import { checkpointOf, pulledSchema } from './schemas.ts';
import { readStatus } from './state.ts';
import { prepareVideo, submitVideo } from './upload.ts';

const FIRST_STATUS_MS = 5000;

/** TikTok takes photos from their addresses only; it follows no redirect and takes no IP address (media transfer guide). */
async function preparePhotos(context: CallContext, publication: Publication): Promise<Prepared | Refused> {
  const insecure = context.isSandbox ? undefined : publication.media.find(({ url }) => new URL(url).protocol !== 'https:');
  if (insecure !== undefined) return { kind: 'refused', category: 'media_rejected', code: 'address', message: `TikTok fetches photos over https only: ${insecure.url}` };
  const checked = await checkCreator(context, publication);
  return 'kind' in checked ? checked : { kind: 'ready', checkpoint: { ...checked, readyAtMs: context.nowMs } };
}

/** `content/init` itself begins the publication; its answer is the only place that tells the handle. */
async function submitPhotos(context: CallContext, publication: Publication): Promise<Submitted> {
  const body = photoBody(publication, checkpointOf(publication).creator);
  const call = { method: 'POST', path: '/v2/post/publish/content/init/', body, visible: true, deadlineMs: manifest.submitDeadlineMs } as const;
  const result = await callApi(context, publication.credential, call, pulledSchema);
  return result.kind === 'answered' ? { kind: 'submitted', handle: result.value.publish_id, retryInMs: FIRST_STATUS_MS } : result;
}

export const publish = {
  prepare: async (context, publication, save) => (isVideo(publication) ? prepareVideo(context, publication, save) : preparePhotos(context, publication)),
  submit: async (context, publication) => (isVideo(publication) ? submitVideo(context, publication, manifest.submitDeadlineMs) : submitPhotos(context, publication)),
  status: readStatus,
  lookup,
} satisfies Publisher;
