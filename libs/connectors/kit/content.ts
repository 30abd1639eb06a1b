import type { MediaType } from '@plaza/contracts';

/** What is known of a media item from its bytes, not from what anyone claims. Sizes in pixels, durations in milliseconds. */
export interface MediaFacts {
  readonly type: MediaType;
  readonly mimeType: string;
  readonly sizeBytes: number;
  readonly width: number | null;
  readonly height: number | null;
  readonly durationMs: number | null;
}

/** A media item of a publication. */
export interface MediaFile extends MediaFacts {
  readonly url: string;
  /** The bytes, fetched through the guarded client and the same that were probed. */
  bytes(): Promise<Uint8Array>;
}

/** What is to be published on one account. */
export interface Content {
  readonly text: string;
  /** The platform's own options, already parsed by the connector's `options` schema. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** One limit that a content breaks. Figures are counted as the platform counts. */
export interface Violation {
  /** `text_too_long`, `text_required`, `media_required`, `too_many_media`, `media_type`, `media_too_large`, `media_dimensions`, `media_duration`, `media_mix`, `option_invalid`. */
  readonly rule: string;
  readonly message: string;
  readonly limit?: number | string;
  readonly actual?: number | string;
  /** Where in the post: `content`, `mediaItems[1]`, `platformSpecificData.poll`. */
  readonly path: string;
}
