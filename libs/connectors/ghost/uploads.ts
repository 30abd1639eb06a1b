import { harmless, multipartBody, type CallContext, type MediaFile, type Publication, type Refused } from '../kit/index.ts';
import { callAdmin } from './call.ts';
import { uploadSchema } from './schemas.ts';

const UPLOAD_DEADLINE_MS = 300_000;
const ENDPOINTS = { image: 'images', gif: 'images', video: 'media', document: 'files' } as const;

/** Uploads what has no address yet, one file after another; an upload cannot be taken up in its middle. */
export async function uploadAll(
  context: CallContext,
  { media, credential }: Publication,
  known: readonly (string | null)[],
  save: (files: readonly (string | null)[]) => Promise<void>,
): Promise<{ readonly kind: 'uploaded'; readonly urls: readonly string[] } | Refused> {
  const urls: string[] = [];
  for (const [index, file] of media.entries()) {
    const url = known[index] ?? (await upload(context, credential, file));
    if (typeof url !== 'string') return url;
    urls.push(url);
    if (known[index] !== url) await save([...urls, ...known.slice(urls.length)]);
  }
  return { kind: 'uploaded', urls };
}

async function upload(context: CallContext, credential: Publication['credential'], file: MediaFile): Promise<string | Refused> {
  const form = multipartBody([
    { name: 'file', filename: file.filename, contentType: file.mimeType, content: await file.stream() },
    ...(ENDPOINTS[file.type] === 'images' ? [{ name: 'purpose', content: 'image' }] : []),
  ]);
  const call = { method: 'POST', path: `/${ENDPOINTS[file.type]}/upload/`, deadlineMs: UPLOAD_DEADLINE_MS, headers: { 'content-type': form.contentType }, body: form.body } as const;
  const result = await callAdmin(context, credential, call, uploadSchema);
  if (result.kind === 'answered') return result.value[0]?.url ?? { kind: 'refused', category: 'transient', code: 'upload', message: 'The site named no address of the file.' };
  const refused = harmless(result);
  return refused.category === 'content_rejected' || refused.category === 'platform_error' ? { ...refused, category: 'media_rejected' } : refused;
}
