import type { AccountFacts, MediaType } from '@plaza/contracts';
import type { AccountCredential } from './connect.ts';
import type { Content, DeclaredMedia, MediaFile } from './content.ts';
import type { CallContext } from './context.ts';
import type { MediaLimit } from './manifest.ts';
import type { Refused, Rejected, Unknown, Unsent } from './outcome.ts';

/** A file that stands in the options or beside a media item: a cover, the media of a thread's further posts. Probed like the media. */
export interface Attachment {
  /** Where the customer named it, e.g. `mediaItems[0].thumbnail`, `platformSpecificData.threadItems[0].mediaItems[1]`. */
  readonly path: string;
  readonly type: MediaType;
  readonly url: string;
  /** Limits per type that it may turn out to be. */
  readonly limits: Readonly<Partial<Record<MediaType, MediaLimit>>>;
  /** Those of this very account, where its server has its own. */
  readonly limitsOf?: (account: AccountFacts) => Readonly<Partial<Record<MediaType, MediaLimit>>>;
}

/** What comes after the first part of a publication, e.g. a further post of a thread. */
export interface FollowingPart {
  readonly text: string;
  /** Paths of the attachments that are its media, in their order. */
  readonly media?: readonly string[];
  /** The publication is whole without it, e.g. a first comment: when it cannot be made, that is told as a warning. */
  readonly isOptional?: boolean;
}

/** One publication, or one part of it: what to publish, as whom, and what earlier steps of it left. */
export interface Publication {
  readonly account: { readonly platformUserId: string; readonly username: string | null; readonly metadata: Readonly<Record<string, unknown>> };
  readonly credential: AccountCredential;
  readonly content: Content;
  /** The media of this part, probed. */
  readonly media: readonly MediaFile[];
  /** Every attachment of the publication by its path. */
  readonly attachments: Readonly<Record<string, MediaFile>>;
  /** The parts that are visible already, oldest first; empty for the first part, and wherever there is one part only. */
  readonly before: readonly Pick<Published, 'platformPostId' | 'platformPostUrl'>[];
  /** Stable over all attempts of this part, unique per part: the seed of client-chosen ids and idempotency keys. */
  readonly publicationId: string;
  /** When the target became due: for client-chosen ids and times that must not change between attempts. */
  readonly dueAtMs: number;
  /** What `prepare` checkpointed last of this part; empty at first. JSON, never a secret. */
  readonly checkpoint: Readonly<Record<string, unknown>>;
}

/** As whom a platform is called. */
export type ActingAccount = Pick<Publication, 'account' | 'credential'>;

export interface Published {
  readonly kind: 'published';
  readonly platformPostId: string;
  readonly platformPostUrl: string | null;
  /** Something that was asked for beside the post did not happen, e.g. an alt text. */
  readonly warning?: string;
}

/** `ready`: submit may run; the checkpoint is committed with the intent. `wait`: the platform is still at work, ask again later; it is committed at once. */
export type Prepared =
  | { readonly kind: 'ready'; readonly checkpoint: Readonly<Record<string, unknown>> }
  | { readonly kind: 'wait'; readonly checkpoint: Readonly<Record<string, unknown>>; readonly retryInMs: number };

/** `submitted`: accepted, not yet visible; `status` is asked with the handle until it is. */
export type Submitted = Published | { readonly kind: 'submitted'; readonly handle: string; readonly retryInMs: number } | Refused | Unsent | Unknown;

/**
 * What became of an accepted publication. Only `rejected` is about the publication; `refused` is the question (a quota, a token, a scope), which is
 * asked again: what it was about may be visible.
 */
export type StatusReading = Published | { readonly kind: 'processing'; readonly retryInMs: number } | Rejected | Refused;

/**
 * `absent`: the platform answered and the post is not there. `inconclusive`: nothing can be said now, and with `isFinal` at no later time
 * either, so that a person is asked at once.
 */
export type LookupReading = Published | { readonly kind: 'absent' } | { readonly kind: 'inconclusive'; readonly message: string; readonly isFinal?: true };

/** How much earlier than its attempt a post may be dated: clocks differ. */
export const CLOCK_SKEW_MS = 60_000;

/** What an unknown attempt left for the look-up. */
export interface UnknownAttempt {
  /** When the intent was committed, just before the first byte; a look-up need not look further back than a little before. */
  readonly dispatchedAtMs: number;
  /** Ids of what Plaza knows to be there already: other posts of the account since then, and what goes before this part. None of them is what is looked for. */
  readonly taken: ReadonlySet<string>;
}

export interface Publisher {
  /** Files that the content names beside its media. */
  readonly attachments?: (content: Content, media: readonly DeclaredMedia[]) => readonly Attachment[];
  /** Uploads and containers. Makes nothing visible; may be run again from its last checkpoint; `save` commits at once what was made at the platform and should not be made twice. */
  readonly prepare?: (
    context: CallContext,
    publication: Publication,
    save: (checkpoint: Readonly<Record<string, unknown>>) => Promise<void>,
  ) => Promise<Prepared | Refused>;
  /** What follows the first part, each with a preparation and a visible call of its own. Absent where a publication is one call. */
  readonly following?: (content: Content) => readonly FollowingPart[];
  /** Exactly one call that makes something visible (`visible: true`), nothing else before or after it that may fail. */
  submit(context: CallContext, publication: Publication): Promise<Submitted>;
  readonly status?: (context: CallContext, publication: Publication, handle: string) => Promise<StatusReading>;
  /** Looks for the post of an attempt whose outcome is unknown. Absent for class `E`. */
  readonly lookup?: (context: CallContext, publication: Publication, attempt: UnknownAttempt) => Promise<LookupReading>;
  /** Deletes what was published; deleting again what is gone counts as deleted. */
  readonly remove?: (context: CallContext, account: ActingAccount, platformPostId: string) => Promise<{ readonly kind: 'deleted' } | Refused>;
}

