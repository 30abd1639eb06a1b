import { open } from 'node:fs/promises';
import type { MediaFacts } from '@plaza/connectors';
import type { MediaType } from '@plaza/contracts';
import { fileTypeFromFile } from 'file-type';
import { imageSize } from 'image-size';
import { ALL_FORMATS, FilePathSource, Input } from 'mediabunny';

type Seen = Pick<MediaFacts, 'width' | 'height' | 'durationMs' | 'videoCodec' | 'audioCodec' | 'frameRate'>;

const DOCUMENTS = new Set(['application/pdf']);
/** A picture's size stands in its first part, behind whatever a camera wrote in front. */
const PICTURE_HEAD_BYTES = 4 * 1024 * 1024;
/** So many packets tell a frame rate. */
const COUNTED_PACKETS = 300;
/** Names that only some makers of files use for what platforms know by another. */
const SAME_AS: Readonly<Record<string, string>> = { 'video/x-m4v': 'video/mp4' };
const NOTHING: Seen = { width: null, height: null, durationMs: null, videoCodec: null, audioCodec: null, frameRate: null };

/** What a file is, from its bytes. Undefined when it is nothing that a post can carry. A file of any size is read in parts. */
export async function probeFile(path: string, sizeBytes: number): Promise<MediaFacts | undefined> {
  const found = await fileTypeFromFile(path);
  if (found === undefined) return undefined;
  const mimeType = SAME_AS[found.mime] ?? found.mime;
  const type = mediaType(mimeType);
  if (type === undefined) return undefined;
  const base = { type, mimeType, sizeBytes };
  if (type === 'video') return { ...base, ...(await videoFacts(path)) };
  if (type === 'document') return { ...base, ...NOTHING };
  return { ...base, ...NOTHING, ...pictureSize(await head(path)) };
}

function mediaType(mimeType: string): MediaType | undefined {
  if (mimeType === 'image/gif') return 'gif';
  if (mimeType.startsWith('image/')) return 'image';
  if (mimeType.startsWith('video/')) return 'video';
  return DOCUMENTS.has(mimeType) ? 'document' : undefined;
}

async function head(path: string): Promise<Uint8Array> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(PICTURE_HEAD_BYTES), position: 0 });
  return buffer.subarray(0, bytesRead);
}

function pictureSize(bytes: Uint8Array): Pick<Seen, 'width' | 'height'> {
  try {
    const { width, height, orientation = 1 } = imageSize(bytes);
    // Orientations 5 to 8 of EXIF lie on their side: what is seen is turned.
    return orientation >= 5 ? { width: height, height: width } : { width, height };
  } catch {
    return { width: null, height: null };
  }
}

async function videoFacts(path: string): Promise<Seen> {
  try {
    using input = new Input({ formats: ALL_FORMATS, source: new FilePathSource(path) });
    const video = await input.getPrimaryVideoTrack();
    const audio = await input.getPrimaryAudioTrack();
    const rate = (await video?.computePacketStats(COUNTED_PACKETS))?.averagePacketRate;
    return {
      width: (await video?.getDisplayWidth()) ?? null,
      height: (await video?.getDisplayHeight()) ?? null,
      durationMs: Math.round((await input.computeDuration()) * 1000),
      videoCodec: (await video?.getCodec()) ?? null,
      audioCodec: (await audio?.getCodec()) ?? null,
      frameRate: rate === undefined || !Number.isFinite(rate) ? null : Math.round(rate * 100) / 100,
    };
  } catch {
    return NOTHING;
  }
}
