import type { MediaType } from '@plaza/contracts';
import type { HttpBody } from './http.ts';

/** What is known of a media item from its bytes, not from what anyone claims. Null where the bytes do not tell. */
export interface MediaFacts {
  readonly type: MediaType;
  readonly mimeType: string;
  readonly sizeBytes: number;
  /** Pixels, as shown: a turned picture is as wide as it is seen. */
  readonly width: number | null;
  readonly height: number | null;
  /** Milliseconds. */
  readonly durationMs: number | null;
  /** Of a video, e.g. `avc`, `hevc`, `vp9`, `av1`, `prores`; null for others. */
  readonly videoCodec: string | null;
  /** Of a video with sound, e.g. `aac`, `opus`, `mp3`; null where there is none. */
  readonly audioCodec: string | null;
  /** Frames a second of a video. */
  readonly frameRate: number | null;
}

/** A file of a publication. What is read of it is what was probed, or reading fails. */
export interface MediaFile extends MediaFacts {
  readonly url: string;
  /** The last part of its address, or `media`. */
  readonly filename: string;
  /** All of it in memory: for pictures and the like. */
  bytes(): Promise<Uint8Array>;
  /**
   * The bytes from `start` up to `end` (exclusive), all by default, as the body of a request: they are never in memory together. Resolves
   * when they are at hand, so that sending cannot fail for want of them.
   */
  stream(start?: number, end?: number): Promise<HttpBody>;
}

/** A media item as the customer named it. */
export interface DeclaredMedia {
  readonly type: MediaType;
  readonly url: string;
  /** Address of a picture that stands for the video. */
  readonly thumbnail?: string | undefined;
}

/** What is to be published on one account. */
export interface Content {
  readonly text: string;
  /** The platform's own options, already parsed by the connector's `options` schema. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** One limit that a content breaks. Figures are counted as the platform counts. */
export interface Violation {
  /**
   * `text_too_long`, `text_required`, `media_required`, `too_many_media`, `media_type`, `media_too_large`, `media_too_small`, `media_dimensions`,
   * `media_duration`, `media_codec`, `media_frame_rate`, `media_mix`, `option_invalid`.
   */
  readonly rule: string;
  readonly message: string;
  readonly limit?: number | string;
  readonly actual?: number | string;
  /** Where in the post: `content`, `mediaItems[1]`, `platformSpecificData.poll`. */
  readonly path: string;
}

/** A text for comparison with what a platform gives back: they trim it, and change white space and the form of its characters. */
export function oneLine(text: string): string {
  return text.normalize('NFC').replaceAll(/\s+/g, ' ').trim();
}
