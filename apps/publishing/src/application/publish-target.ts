import { isDeepStrictEqual } from 'node:util';
import type { CrashPoints } from '@plaza/chassis';
import type { CallContext, Connector, Content, FollowingPart, LookupReading, MediaFile, Prepared, Publication, Publisher, Refused, StatusReading, Submitted } from '@plaza/connectors';
import type { PublishPolicy } from '../domain/policy.ts';
import type { Attempt } from '../domain/post.ts';
import * as protocol from '../domain/protocol.ts';
import type { TargetProgress } from '../domain/target.ts';
import type { CommitDesk } from './commit-desk.ts';
import type { KeepBudgets } from './keep-budgets.ts';
import type { KnownPosts } from './known-posts.ts';
import { PublicationFiles } from './publication-files.ts';
import { MediaProblem, type ClaimedTarget, type Credentials, type GivenCredential, type MediaSource, type Outcome, type Platforms, type PublicationWatch } from './ports.ts';

/** Whose claims this worker's are, and whether they still hold. */
export interface Ownership {
  readonly owner: string;
  /** False as soon as the session that the ownership hangs on is lost: nothing may be sent any more. */
  isHeld(): boolean;
}

interface Job {
  readonly claimed: ClaimedTarget;
  readonly ownership: Ownership;
  readonly connector: Connector;
  readonly publisher: Publisher;
  readonly policy: PublishPolicy;
  readonly startedAt: Date;
  readonly content: Content;
  /** What goes out after the first part. */
  readonly following: readonly FollowingPart[];
  readonly files: PublicationFiles;
}

const VISIBLE_ALREADY: Refused = { kind: 'refused', category: 'platform_error', code: 'visible_already', message: 'All of it is visible already.' };

type Account = Extract<GivenCredential, { kind: 'credential' }>;

/** Does with one claimed target what the protocol says comes next, and commits what came of it. */
export class PublishTarget {
  constructor(
    private readonly desk: CommitDesk,
    private readonly credentials: Credentials,
    private readonly media: MediaSource,
    private readonly budgets: KeepBudgets,
    private readonly known: KnownPosts,
    private readonly platforms: Platforms,
    private readonly crashPoints: CrashPoints,
    private readonly policyOf: (connector: Connector) => PublishPolicy,
    private readonly random: () => number,
    private readonly onError: (error: unknown) => void,
    private readonly watch: PublicationWatch,
  ) {}

  async execute(claimed: ClaimedTarget, ownership: Ownership): Promise<void> {
    return this.watch.follow(claimed, async () => {
      await using files = new PublicationFiles(this.media);
      await this.#next(claimed, ownership, files);
    });
  }

  async #next(claimed: ClaimedTarget, ownership: Ownership, files: PublicationFiles): Promise<void> {
    const connector = this.platforms.connector(claimed.target.platform);
    if (connector === undefined) throw new Error(`There is no connector for ${claimed.target.platform}.`);
    const publisher = connector.publish;
    if (publisher === undefined) throw new Error(`Nothing can be published on ${claimed.target.platform}.`);
    const content = contentOf(claimed, connector);
    const following = publisher.following?.(content) ?? [];
    const isOptional = following[claimed.target.progress.parts.length - 1]?.isOptional === true;
    const job: Job = { claimed, ownership, connector, publisher, policy: { ...this.policyOf(connector), isOptional }, startedAt: new Date(), content, following, files };
    this.crashPoints.pass('publish.after_claim');
    // It cannot be, and going on would make a part twice.
    if (claimed.target.progress.parts.length > following.length) return this.#commit(job, this.#asRefused(job, VISIBLE_ALREADY), 'prepare');
    const task = protocol.taskOf(claimed.target.progress, job.policy, Date.now());
    if (task === 'give_up') return this.#commit(job, protocol.onGiveUp(claimed.target.progress, job.policy), 'lookup');
    if (task === 'reconcile') return this.#commit(job, protocol.onKeyExpired(claimed.target.progress, Date.now()), null);
    if (task === 'resend') return this.#commit(job, protocol.onResend(claimed.target.progress, job.policy, this.#moment()), null);
    const given = await this.#credential(job);
    if ('step' in given) return this.#commit(job, given.step, task === 'publish' ? 'prepare' : task === 'look_up' ? 'lookup' : 'status');
    const context = this.platforms.callContext(connector, claimed.target.mode, given.account.credential.extra);
    const publication = this.#publication(job, given.account, claimed.checkpoint);
    if (task === 'poll_status') return this.#pollStatus(job, context, publication, given.account.revision);
    if (task === 'look_up') return this.#lookUp(job, context, publication, given.account.revision);
    return this.#publish(job, context, publication, given.account);
  }

  async #publish(waiting: Job, context: CallContext, publication: Publication, account: Account): Promise<void> {
    const { claimed } = waiting;
    const taken = await this.budgets.take(waiting.connector.manifest, claimed.target, publication, waiting.content);
    if ('untilMs' in taken) return this.#commit(waiting, protocol.onBudget(claimed.target.progress, taken, this.#moment()), 'prepare');
    const job: Job = taken.atMs === undefined ? waiting : { ...waiting, policy: { ...waiting.policy, turnAtMs: taken.atMs } };
    const { ownership, policy } = job;
    const prepared = await this.#prepare(job, context, publication);
    if (prepared === undefined) return;
    if ('step' in prepared) return this.#commit(job, prepared.step, 'prepare', { revision: account.revision });
    // The preparation may have outlived an idempotency key.
    if (protocol.taskOf(claimed.target.progress, policy, Date.now()) !== 'publish') return this.#commit(job, protocol.onKeyExpired(claimed.target.progress, Date.now()), null);
    if (!ownership.isHeld()) return;
    this.crashPoints.pass('publish.before_intent');
    await this.#dispatch(job, context, { ...publication, checkpoint: prepared.checkpoint }, account);
  }

  /** The intent, the call, the outcome. A worker that was held up in between does not send: others may count on the call to have ended. */
  async #dispatch(job: Job, context: CallContext, publication: Publication, account: Account): Promise<void> {
    const { claimed, ownership, policy, publisher } = job;
    const intentAtMs = Date.now();
    const dispatching = protocol.onIntent(claimed.target.progress, intentAtMs);
    const isCommitted = await this.desk.intent({ claimed, owner: ownership.owner, progress: dispatching, checkpoint: publication.checkpoint, at: new Date(intentAtMs) });
    this.crashPoints.pass('publish.after_intent');
    if (!isCommitted || !ownership.isHeld()) return;
    const mayStillSend = protocol.maySend(intentAtMs, policy, Date.now());
    const outcome: Submitted = mayStillSend
      ? await publisher.submit({ ...context, nowMs: Date.now() }, publication)
      : { kind: 'unsent', reason: 'The worker was held up between the intent and the call.' };
    this.crashPoints.pass('publish.after_send');
    const step = protocol.onSubmitted(dispatching, outcome, policy, this.#moment(), isLastPart(job));
    await this.#commit(job, step, 'send', { revision: account.revision, ...('httpStatus' in outcome ? { httpStatus: outcome.httpStatus } : {}) });
    this.crashPoints.pass('publish.after_outcome');
  }

  async #prepare(job: Job, context: CallContext, publication: Publication): Promise<{ readonly checkpoint: Publication['checkpoint'] } | { readonly step: protocol.Step } | undefined> {
    const { claimed, ownership, publisher, policy } = job;
    if (publisher.prepare === undefined) return { checkpoint: publication.checkpoint };
    let isHeld = true;
    let saved = publication.checkpoint;
    const save = async (checkpoint: Publication['checkpoint']): Promise<void> => {
      isHeld = await this.desk.checkpoint({ claimed, owner: ownership.owner, checkpoint });
      saved = checkpoint;
    };
    const prepared = await this.#tryToPrepare(() => publisher.prepare?.(context, publication, save));
    // What is ready is committed with the intent that follows.
    if (prepared.kind === 'wait' && !isDeepStrictEqual(prepared.checkpoint, saved)) await save(prepared.checkpoint);
    if (!isHeld) return undefined;
    this.crashPoints.pass('publish.after_prepare');
    const step = protocol.onPrepared(claimed.target.progress, prepared, policy, this.#moment());
    if (step === undefined && prepared.kind === 'ready') return { checkpoint: prepared.checkpoint };
    return step === undefined ? undefined : { step };
  }

  async #tryToPrepare(prepare: () => Promise<Prepared | Refused> | undefined): Promise<Prepared | Refused> {
    try {
      return (await prepare()) ?? { kind: 'ready', checkpoint: {} };
    } catch (error) {
      return this.#asRefusal(error);
    }
  }

  /** Nothing became visible in the call that threw. Media may come back; anything else is a bug, which must not turn into a loop. */
  #asRefusal(error: unknown): Refused {
    if (error instanceof MediaProblem) return { kind: 'refused', category: error.category, code: 'media', message: error.message };
    this.onError(error);
    return { kind: 'refused', category: 'transient', code: 'internal', message: 'Plaza failed to prepare the call; its log says why.' };
  }

  async #pollStatus(job: Job, context: CallContext, publication: Publication, revision: number): Promise<void> {
    const { progress } = job.claimed.target;
    const { status } = job.publisher;
    if (status === undefined || progress.handle === null) throw new Error(`${job.connector.platform} submits and has no status call.`);
    const { handle } = progress;
    const reading: StatusReading = await status(context, publication, handle).catch((error: unknown) => this.#asRefusal(error));
    await this.#commit(job, protocol.onStatus(progress, reading, job.policy, this.#moment(), isLastPart(job)), reading.kind === 'processing' ? null : 'status', { revision });
  }

  async #lookUp(job: Job, context: CallContext, publication: Publication, revision: number): Promise<void> {
    const { progress } = job.claimed.target;
    const { lookup } = job.publisher;
    if (lookup === undefined) return this.#commit(job, protocol.onGiveUp(progress, job.policy), 'lookup');
    const dispatchedAtMs = progress.dispatchedAtMs ?? progress.dueAtMs;
    const taken = await this.known.beside(job.claimed.target, dispatchedAtMs);
    const reading: LookupReading | Refused = await lookup(context, publication, { dispatchedAtMs, taken }).catch((error: unknown) => this.#asRefusal(error));
    this.crashPoints.pass('publish.after_lookup');
    await this.#commit(job, protocol.onLookup(progress, reading, job.policy, this.#moment(), isLastPart(job)), 'lookup', { revision });
  }

  /** The token in force. Failing to get one is no fault of the platform, yet it decides in the same way. */
  async #credential(job: Job): Promise<{ readonly account: Account } | { readonly step: protocol.Step }> {
    const { target, credentialRevision } = job.claimed;
    const rejected = target.progress.renewedToken ? credentialRevision : null;
    const given = await this.credentials.get(target.projectId, target.accountId, `${target.progress.state === 'claimed' ? 'publish' : 'look up'} target ${target.id}`, rejected);
    if (!given.ok) {
      const { code, message } = given.failure;
      return { step: this.#asRefused(job, { kind: 'refused', category: accountGone(code), code, message }) };
    }
    if (given.value.kind === 'credential') return { account: given.value };
    return { step: this.#asRefused(job, toRefusal(given.value)) };
  }

  /** What a refusal means that came before any call, for instance for want of a token. */
  #asRefused({ claimed, policy }: Job, refusal: Refused): protocol.Step {
    const { progress } = claimed.target;
    if (progress.state === 'reconciling') return protocol.onLookup(progress, refusal, policy, this.#moment());
    if (progress.state !== 'claimed') return protocol.onStatus(progress, refusal, policy, this.#moment());
    const step = protocol.onPrepared(progress, refusal, policy, this.#moment());
    if (step === undefined) throw new Error('A refusal always has a consequence.');
    // Connect said so itself; it need not be told.
    return { ...step, reconnect: false };
  }

  /** The part that is next, or whose call is in doubt. */
  #publication({ claimed, content, following, files }: Job, account: Account, checkpoint: Publication['checkpoint']): Publication {
    const { target, post } = claimed;
    const { platformUserId, username, metadata, credential } = account;
    const before = target.progress.parts;
    const part = following[before.length - 1];
    const attachments = Object.fromEntries(target.attachments.map(({ path, media }) => [path, files.file(media)]));
    return {
      account: { platformUserId, username, metadata },
      credential,
      content: part === undefined ? content : { ...content, text: part.text },
      media: part === undefined ? post.media.map((item) => files.file(item)) : (part.media ?? []).map((path) => attached(attachments, path)),
      attachments,
      before,
      publicationId: before.length === 0 ? target.id : `${target.id}/${before.length}`,
      dueAtMs: target.progress.dueAtMs,
      checkpoint,
    };
  }

  /** `used.revision`: the tokens that the call was made with; what they were refused for is told to connect after the commit. */
  async #commit(job: Job, step: protocol.Step, kind: Attempt['kind'] | null, used: { readonly revision?: number; readonly httpStatus?: number | undefined } = {}): Promise<void> {
    const { claimed, ownership, startedAt } = job;
    const { progress, decision, pause } = step;
    const endedAt = new Date();
    // Waiting for the platform to get ready is no attempt; everything else has its line in the ledger.
    const hasLine = kind !== null && !(kind === 'prepare' && decision === 'wait');
    const attempt = hasLine ? ledgerLine(kind, startedAt, endedAt, progress, decision, used.httpStatus) : null;
    const rejectedRevision = decision === 'renew_token' ? used.revision : undefined;
    const outcome: Outcome = {
      ...{ claimed, owner: ownership.owner, progress, attempt, endsIntent: kind === 'send', at: endedAt, beginsPart: decision === 'part_published' },
      ...(pause === undefined ? {} : { pause }),
      ...(rejectedRevision === undefined ? {} : { rejectedRevision }),
    };
    const isCommitted = await this.desk.outcome(outcome);
    if (isCommitted && attempt !== null) this.watch.attempted({ claimed, kind: attempt.kind, progress, decision, httpStatus: attempt.httpStatus, startedAt });
    if (step.reconnect === true && used.revision !== undefined) await this.#reportReconnect(claimed, used.revision, progress.error?.message ?? '');
  }

  /** The outcome is committed by now: failing to tell connect costs a second refusal, and nothing else. */
  async #reportReconnect({ target }: ClaimedTarget, revision: number, message: string): Promise<void> {
    await this.credentials.reportReconnect(target.projectId, target.accountId, revision, 'access_revoked', message).catch(this.onError);
  }

  #moment(): protocol.Moment {
    return { nowMs: Date.now(), random: this.random() };
  }
}

function contentOf({ target, post }: ClaimedTarget, connector: Connector): Content {
  return { text: target.ownContent ?? post.content, options: connector.manifest.options.parse(target.options) };
}

function attached(attachments: Publication['attachments'], path: string): MediaFile {
  const file = attachments[path];
  if (file === undefined) throw new Error(`Nothing was attached as ${path}.`);
  return file;
}

function isLastPart({ claimed, following }: Job): boolean {
  return claimed.target.progress.parts.length >= following.length;
}

function toRefusal(given: Exclude<GivenCredential, { kind: 'credential' }>): Refused {
  if (given.kind === 'reconnect_required') return { kind: 'refused', category: 'reconnect_required', code: 'reconnect_required', message: given.message };
  return { kind: 'refused', category: 'transient', code: 'credential_not_ready', message: given.message, untilMs: Date.now() + given.retryInMs };
}

function accountGone(code: string): Refused['category'] {
  return code === 'integration.not_found' ? 'reconnect_required' : 'transient';
}

function ledgerLine(kind: Attempt['kind'], startedAt: Date, endedAt: Date, progress: TargetProgress, decision: string, httpStatus: number | undefined): Omit<Attempt, 'number'> {
  const { error, nextTryAtMs } = progress;
  return {
    ...{ kind, startedAt, endedAt, decision },
    httpStatus: httpStatus ?? null,
    platformCode: error?.code ?? null,
    category: error === null || error.category === 'unsent' || error.category === 'unknown' ? null : error.category,
    message: error?.message ?? progress.warning,
    nextTryAt: nextTryAtMs === null ? null : new Date(nextTryAtMs),
  };
}
