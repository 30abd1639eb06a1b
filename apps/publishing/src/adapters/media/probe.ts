import type { MediaFacts } from '@plaza/connectors';
import type { MediaType } from '@plaza/contracts';
import { fileTypeFromBuffer } from 'file-type';
import { imageSize } from 'image-size';
import { ALL_FORMATS, BufferSource, Input } from 'mediabunny';

const DOCUMENTS = new Set(['application/pdf']);

/** What bytes are: type, MIME type, size, dimensions, duration. Undefined when they are nothing that a post can carry. */
export async function probeBytes(bytes: Uint8Array): Promise<MediaFacts | undefined> {
  const found = await fileTypeFromBuffer(bytes);
  const type = found === undefined ? undefined : mediaType(found.mime);
  if (found === undefined || type === undefined) return undefined;
  const base = { type, mimeType: found.mime, sizeBytes: bytes.length };
  if (type === 'video') return { ...base, ...(await videoFacts(bytes)) };
  if (type === 'document') return { ...base, width: null, height: null, durationMs: null };
  return { ...base, ...imageFacts(bytes), durationMs: null };
}

function mediaType(mimeType: string): MediaType | undefined {
  if (mimeType === 'image/gif') return 'gif';
  if (mimeType.startsWith('image/')) return 'image';
  if (mimeType.startsWith('video/')) return 'video';
  return DOCUMENTS.has(mimeType) ? 'document' : undefined;
}

function imageFacts(bytes: Uint8Array): { width: number | null; height: number | null } {
  try {
    const { width, height, orientation = 1 } = imageSize(bytes);
    // Orientations 5 to 8 of EXIF lie on their side: what is seen is turned.
    return orientation >= 5 ? { width: height, height: width } : { width, height };
  } catch {
    return { width: null, height: null };
  }
}

async function videoFacts(bytes: Uint8Array): Promise<{ width: number | null; height: number | null; durationMs: number | null }> {
  try {
    using input = new Input({ formats: ALL_FORMATS, source: new BufferSource(bytes) });
    const track = await input.getPrimaryVideoTrack();
    const durationMs = Math.round((await input.computeDuration()) * 1000);
    return { width: track?.displayWidth ?? null, height: track?.displayHeight ?? null, durationMs };
  } catch {
    return { width: null, height: null, durationMs: null };
  }
}
