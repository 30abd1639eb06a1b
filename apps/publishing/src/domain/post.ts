import type { MediaFacts } from '@plaza/connectors';
import type { MediaType, Mode, Platform, Status } from '@plaza/contracts';
import type { TargetProgress } from './target.ts';

/** A media item of a post: what it was found to be when the post was checked. */
export interface PostMedia extends MediaFacts {
  readonly url: string;
  readonly declaredType: MediaType;
  readonly thumbnail?: string;
  readonly filename: string;
  /** Hex SHA-256 of the bytes: what is published is what was checked. */
  readonly sha256: string;
}

/** A post of a project; what becomes of it stands in its targets. */
export interface Post {
  readonly id: string;
  readonly projectId: string;
  readonly mode: Mode;
  readonly content: string;
  readonly media: readonly PostMedia[];
  readonly status: Status;
  readonly scheduledFor: Date | null;
  readonly timezone: string;
  readonly rawRequest: Readonly<Record<string, unknown>>;
  /** Counts the post's events. */
  readonly sequence: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A file that the target's options or the post's items name beside the media. */
export interface TargetAttachment {
  /** Where it was named, e.g. `mediaItems[0].thumbnail`. */
  readonly path: string;
  readonly media: PostMedia;
}

/** One account that a post goes to. */
export interface Target {
  readonly id: string;
  readonly projectId: string;
  readonly postId: string;
  readonly position: number;
  readonly accountId: string;
  readonly platform: Platform;
  readonly mode: Mode;
  /** The OAuth app of the account; null for the operator's, or none. */
  readonly appId: string | null;
  /** The account's own text; null for the post's. */
  readonly ownContent: string | null;
  readonly options: Readonly<Record<string, unknown>>;
  readonly attachments: readonly TargetAttachment[];
  readonly allowOvertake: boolean;
  readonly progress: TargetProgress;
}

/** One line of the ledger. */
export interface Attempt {
  readonly number: number;
  readonly kind: 'prepare' | 'send' | 'status' | 'lookup' | 'settle';
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly httpStatus: number | null;
  readonly platformCode: string | null;
  readonly category: string | null;
  readonly decision: string | null;
  readonly message: string | null;
  readonly nextTryAt: Date | null;
}
