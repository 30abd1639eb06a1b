import type { Tx } from '@plaza/chassis';
import type { AccountCredential, CallContext, Connector, PostMetrics } from '@plaza/connectors';
import type { AccountFacts, METRIC_SORTS, AuthFailureReason, Failure, MediaItemInput, Mode, Platform, Result, Status, TargetState } from '@plaza/contracts';
import type { NewEvent } from '@plaza/messaging';
import type { Pause } from '../domain/protocol.ts';
import type { Attempt, Post, PostMedia, Target } from '../domain/post.ts';
import type { TargetProgress } from '../domain/target.ts';

/** An account as publishing knows it. */
export interface Account {
  readonly accountId: string;
  readonly platform: Platform;
  readonly mode: Mode;
  readonly profileId: string | null;
  readonly appId: string | null;
  readonly platformUserId: string;
  readonly username: string | null;
  /** Null while connect was not asked for an account of an older version. */
  readonly facts: AccountFacts | null;
  readonly state: 'active' | 'reconnect_required' | 'disconnected';
  readonly sequence: number;
}

/** The accounts that exist, as events tell; what has not been told yet is asked for. */
export interface AccountDirectory {
  find(projectId: string, accountIds: readonly string[]): Promise<ReadonlyMap<string, Account>>;
  /** The account as its owner knows it now: what events tell may be on its way still. */
  ask(projectId: string, accountId: string): Promise<Account | undefined>;
  /** The account of a platform that was connected first, of those that still are. */
  first(projectId: string, platform: Platform, mode: Mode): Promise<Account | undefined>;
}

export interface PostFilter {
  readonly status?: Status;
  readonly platforms?: readonly Platform[];
  /** Null for posts whose accounts have no profile. */
  readonly profileId?: string | null;
  readonly createdAfter?: Date;
  readonly createdBefore?: Date;
  readonly scheduledAfter?: Date;
  readonly scheduledBefore?: Date;
  readonly limit: number;
  readonly offset: number;
  readonly sort: 'asc' | 'desc';
}

/** A post with its targets, each with its ledger. */
export interface FullPost {
  readonly post: Post;
  readonly targets: readonly (Target & { readonly attempts: readonly Attempt[] })[];
}

/** A worker took a target between the reading and the writing of it; the transaction has to be rolled back. */
export class TargetsChanged extends Error {
  override readonly name = 'TargetsChanged';
}

/** Posts of the transaction's project. Deleted ones are not found. */
export interface PostRepository {
  /** Inserts post, targets and events in one statement. */
  add(tx: Tx, post: Post, targets: readonly Target[], events: readonly NewEvent[]): Promise<void>;
  find(tx: Tx, id: string): Promise<FullPost | undefined>;
  /** Locks the post, and with it every change of its targets' states. */
  lock(tx: Tx, id: string): Promise<{ readonly post: Post; readonly targets: readonly Target[] } | undefined>;
  list(tx: Tx, filter: PostFilter): Promise<{ readonly total: number; readonly posts: readonly FullPost[] }>;
  /** Replaces what may change of a post that has not gone out: text, media, time, targets. */
  replace(tx: Tx, post: Post, targets: readonly Target[]): Promise<void>;
  remove(tx: Tx, id: string, at: Date): Promise<void>;
  /** Writes changed targets and the post's status; throws {@link TargetsChanged} when a worker has claimed one of them meanwhile. */
  saveProgress(tx: Tx, changes: readonly { readonly target: Target; readonly progress: TargetProgress }[]): Promise<void>;
  addAttempt(tx: Tx, target: Pick<Target, 'id' | 'projectId'>, attempt: Omit<Attempt, 'number'>): Promise<void>;
  nextSequence(tx: Tx, postId: string): Promise<number>;
  /** Writes the status of posts whose lock the caller holds, and takes numbers for their events; resolves to the first number of each post. */
  conclude(tx: Tx, posts: readonly ConcludedPost[]): Promise<ReadonlyMap<string, number>>;
}

/** A post after changes of its targets, with how many events tell of them. */
export interface ConcludedPost {
  readonly id: string;
  readonly status: Status;
  readonly events: number;
}

/** A target that this worker holds, with what it is to publish. */
export interface ClaimedTarget {
  readonly target: Target;
  readonly post: Pick<Post, 'id' | 'content' | 'media'>;
  readonly checkpoint: Readonly<Record<string, unknown>>;
  readonly credentialRevision: number | null;
  /** The trace of the request that made the post; null when that was not known. */
  readonly traceparent: string | null;
}

/** What the preparation of a claimed target has made so far. */
export interface Checkpoint {
  readonly claimed: ClaimedTarget;
  readonly owner: string;
  readonly checkpoint: Readonly<Record<string, unknown>>;
}

/** A claimed target that is about to be sent. */
export interface Intent {
  readonly claimed: ClaimedTarget;
  readonly owner: string;
  readonly progress: TargetProgress;
  /** What the call is made from: whoever has to repeat or find it needs the same. */
  readonly checkpoint: Checkpoint['checkpoint'];
  readonly at: Date;
}

/** What a worker learned and did, to be committed at once. */
export interface Outcome {
  readonly claimed: ClaimedTarget;
  readonly owner: string;
  readonly progress: TargetProgress;
  readonly attempt: Omit<Attempt, 'number'> | null;
  /** Ends the attempt row that the intent opened instead of adding one. */
  readonly endsIntent: boolean;
  /** What was checkpointed is of the part that is visible now; the next one begins without. */
  readonly beginsPart: boolean;
  readonly pause?: Pause;
  /** The tokens that the platform called expired; the next try asks for newer ones. */
  readonly rejectedRevision?: number;
  readonly at: Date;
}

/** An account that has due work. */
export interface DueAccount {
  readonly accountId: string;
  readonly platform: Platform;
}

/** How many targets of each platform a worker can still take; `others` of those that are not named. */
export interface PlatformRoom {
  readonly named: ReadonlyMap<string, number>;
  readonly others: number;
}

/** The worker's side of the database, over all projects. */
export interface WorkRepository {
  /** Scheduled targets whose time has come become due, with their events; resolves to how many, and when the next is due. */
  markDue(tx: Tx, limit: number): Promise<{ readonly moved: number; readonly nextInMs: number | null }>;
  /** Accounts that have due work, oldest first. */
  accountsWithWork(tx: Tx, limit: number): Promise<readonly DueAccount[]>;
  /** Takes the next target of each account, in the order of due times, as `owner`; no more of a platform than it has room. */
  claimDue(tx: Tx, owner: string, accountIds: readonly string[], room: PlatformRoom): Promise<readonly ClaimedTarget[]>;
  /** Takes targets whose state has to be asked for or reconciled. */
  claimFollowUps(tx: Tx, owner: string, limit: number): Promise<readonly ClaimedTarget[]>;
  /** Milliseconds until something of this worker's kind is due; null when nothing waits. */
  nextWorkInMs(tx: Tx): Promise<number | null>;
  /** The intents, each with its attempt row, in one statement; in their order false where the claim was lost. */
  commitIntents(tx: Tx, intents: readonly Intent[]): Promise<readonly boolean[]>;
  /** In their order false where the claim was lost. */
  saveCheckpoints(tx: Tx, checkpoints: readonly Checkpoint[]): Promise<readonly boolean[]>;
  /**
   * Targets, ledger and pauses of outcomes, and the locks of their posts. In their order all targets of the post as they are now;
   * undefined where the claim was lost: then nothing of that one was written.
   */
  commitOutcomes(tx: Tx, outcomes: readonly Outcome[]): Promise<readonly (readonly Target[] | undefined)[]>;
  /** Owners other than `owner` that hold targets. */
  otherOwners(tx: Tx, owner: string): Promise<readonly string[]>;
  /** Whether the session that owned under this id is gone. The transaction keeps the lock, so that no two take over at once. */
  isOwnerGone(tx: Tx, owner: string): Promise<boolean>;
  ownedBy(tx: Tx, owner: string): Promise<readonly ClaimedTarget[]>;
  /** Writes what a gone owner's target needs now, only if it still is as it was read. `owner` null: no one owned it. */
  release(tx: Tx, claimed: ClaimedTarget, owner: string | null, progress: TargetProgress, attempt: Omit<Attempt, 'number'> | null): Promise<void>;
  /** The platform's ids of what else is or becomes visible in the target's account: known since then, or accepted and under way. */
  idsOfOthers(tx: Tx, target: Pick<Target, 'id' | 'accountId'>, since: Date): Promise<readonly string[]>;
  /** Forgets pauses that are long over. */
  sweep(tx: Tx): Promise<void>;
  /** Everything that was due before `restoredAt`, with its owner, for a start with `--restored`. */
  dueBefore(tx: Tx, restoredAt: Date): Promise<readonly { readonly claimed: ClaimedTarget; readonly owner: string | null }[]>;
}

/** What connect gives for an account. */
export type GivenCredential =
  | {
      readonly kind: 'credential';
      readonly revision: number;
      readonly credential: AccountCredential;
      readonly platformUserId: string;
      readonly username: string | null;
      readonly metadata: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'reconnect_required'; readonly message: string }
  | { readonly kind: 'try_later'; readonly message: string; readonly retryInMs: number };

/** Connect, as publishing needs it. */
export interface Credentials {
  get(projectId: string, accountId: string, purpose: string, rejectedRevision: number | null): Promise<Result<GivenCredential, Failure>>;
  reportReconnect(projectId: string, accountId: string, revision: number, reason: AuthFailureReason, message: string): Promise<void>;
  account(projectId: string, accountId: string): Promise<Account | undefined>;
}

/** Media that were there when the post was checked cannot be had now. `media_rejected`: they are other bytes; waiting does not help. */
export class MediaProblem extends Error {
  override readonly name = 'MediaProblem';

  constructor(
    readonly category: 'media_rejected' | 'transient',
    message: string,
  ) {
    super(message);
  }
}

/** The bytes of a file that is at hand. */
export interface OpenMedia extends AsyncDisposable {
  /** From `start` up to `end` (exclusive), in pieces. */
  read(start: number, end: number): AsyncIterable<Uint8Array>;
}

/** Media behind URLs, through the guarded client. */
export interface MediaSource {
  probe(item: MediaItemInput): Promise<Result<PostMedia, Failure>>;
  /** Gets the bytes that were probed; throws a {@link MediaProblem} when they cannot be had or changed since. */
  open(media: PostMedia): Promise<OpenMedia>;
}

/** What one part of a target takes of budgets, and when: all of it or nothing. */
export interface Spender {
  readonly projectId: string;
  readonly targetId: string;
  readonly part: number;
  readonly at: Date;
  readonly spendings: readonly Spending[];
}

/** What is taken of a budget. */
export interface Spending {
  /** Whose budget it is. */
  readonly owner: string;
  readonly unit: string;
  readonly units: number;
  readonly max: number;
  /** What was spent after this counts. */
  readonly since: Date;
  readonly window: { readonly kind: 'rolling'; readonly ms: number } | { readonly kind: 'day'; readonly endsAt: Date };
}

/** `since`: when the part took the first of what it needs. */
export type SpendResult = { readonly kind: 'taken'; readonly since: Date } | { readonly kind: 'used_up'; readonly spending: Spending; readonly freeAt: Date };

export interface BudgetRepository {
  /**
   * For each of them, in their order: takes all, or nothing where one budget is used up. What a part has taken before it does not take
   * again. The transaction keeps others from these budgets until its end.
   */
  take(tx: Tx, spenders: readonly Spender[]): Promise<SpendResult[]>;
  /** Forgets what no window reaches back to. */
  sweep(tx: Tx): Promise<void>;
}

/** A published target with what is known of its metrics. */
export interface MeasuredTarget {
  readonly targetId: string;
  readonly projectId: string;
  readonly postId: string;
  readonly accountId: string;
  readonly platform: Platform;
  readonly mode: Mode;
  readonly platformPostId: string;
  readonly platformPostUrl: string | null;
  readonly publishedAt: Date;
  readonly postContent: string;
  readonly metrics: PostMetrics | null;
  /** When the metrics were told. */
  readonly readAt: Date | null;
  /** When the platform was asked last, whatever it said. */
  readonly askedAt: Date | null;
  readonly problem: MetricsProblem | null;
}

/** Why a platform told no metrics. */
export interface MetricsProblem {
  readonly category: string;
  readonly message: string;
}

export interface ToldMetrics {
  readonly targetId: string;
  readonly metrics: PostMetrics | null;
  readonly problem: MetricsProblem | null;
}

export interface MetricsFilter {
  /** Inclusive. */
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
  readonly platforms?: readonly Platform[];
  readonly accountId?: string;
  readonly sortBy: (typeof METRIC_SORTS)[number];
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly offset: number;
}

/** Metrics of the transaction's project. */
export interface MetricsRepository {
  /** A page of posts with the published targets that the filter wants of each, post by post. */
  page(tx: Tx, filter: MetricsFilter): Promise<{ readonly total: number; readonly targets: readonly MeasuredTarget[] }>;
  ofPost(tx: Tx, postId: string): Promise<readonly MeasuredTarget[]>;
  /** The post that went out as this at a platform. */
  postOf(tx: Tx, platformPostId: string, accountId: string | undefined): Promise<string | undefined>;
  keep(tx: Tx, projectId: string, told: readonly ToldMetrics[], at: Date): Promise<void>;
}

/** A file that a customer uploads, or was asked to. */
export interface Upload {
  readonly projectId: string;
  readonly id: string;
  readonly filename: string;
  readonly mimeType: string;
  /** What it has to be; null where the customer did not say. */
  readonly sizeBytes: number | null;
  readonly sha256: string | null;
  /** Its bytes are here. Stays false where they go to a store without passing Plaza. */
  readonly isStored: boolean;
  readonly expiresAt: Date;
}

export interface UploadRepository {
  add(tx: Tx, upload: Upload, at: Date): Promise<void>;
  /** Expired ones are not found. */
  find(tx: Tx, id: string): Promise<Upload | undefined>;
  /** False when it was stored before. */
  markStored(tx: Tx, id: string): Promise<boolean>;
  keep(tx: Tx, ids: readonly string[], until: Date): Promise<void>;
  /** Over all projects. */
  expired(tx: Tx, limit: number): Promise<readonly string[]>;
  remove(tx: Tx, ids: readonly string[]): Promise<void>;
}

/** Bytes that were taken and lie aside, until it is known whether they are kept. */
export interface TakenFile {
  readonly kind: 'taken';
  readonly sizeBytes: number;
  readonly sha256: string;
  keep(): Promise<void>;
  discard(): Promise<void>;
}

export interface StoredFile {
  readonly sizeBytes: number;
  /** From `start` up to `end` (exclusive), in pieces. */
  read(start: number, end: number): AsyncIterable<Uint8Array>;
}

/** Where uploads are kept. */
export interface MediaStore {
  /** Where the bytes are to be PUT, with which headers. */
  target(upload: Upload): Promise<{ readonly url: string; readonly headers: Readonly<Record<string, string>> }>;
  /** The address by which posts name it, and platforms fetch it. */
  publicUrl(upload: Upload): string;
  /** The upload behind an address, when it is one of this store. */
  idOf(url: string): string | undefined;
  /** Absent where the bytes go to the store without passing Plaza. */
  readonly take?: (upload: Upload, bytes: AsyncIterable<Buffer>, maxBytes: number) => Promise<TakenFile | { readonly kind: 'too_large' }>;
  open(id: string): Promise<StoredFile | undefined>;
  remove(id: string): Promise<void>;
}

export interface Platforms {
  connector(platform: Platform): Connector | undefined;
  /** `extra`: what is stored with an account's grant. */
  callContext(connector: Connector, mode: Mode, extra?: Readonly<Record<string, string>>): CallContext;
}

/** An attempt whose outcome is committed. */
export interface FinishedAttempt {
  readonly claimed: ClaimedTarget;
  readonly kind: Attempt['kind'];
  readonly progress: TargetProgress;
  readonly decision: string;
  readonly httpStatus: number | null;
  readonly startedAt: Date;
}

/** Watches publications and changes nothing of them. */
export interface PublicationWatch {
  /** Runs the work on a claimed target as part of the trace of the request that made its post. */
  follow(claimed: ClaimedTarget, work: () => Promise<void>): Promise<void>;
  attempted(attempt: FinishedAttempt): void;
}

/** Tells those who wait for a post's outcome that something ended. */
export interface OutcomeSignal {
  ended(postId: string): void;
}

export type { Attempt, Post, Target, TargetState };
