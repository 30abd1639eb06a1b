import type { LookupReading, Prepared, Published, Refused, Rejected, StatusReading, Submitted } from '@plaza/connectors';
import { backoffMs, type PublishPolicy } from './policy.ts';
import type { TargetError, TargetProgress } from './target.ts';
import { move } from './transitions.ts';

/** Whose calls have to wait, and until when. */
export interface Pause {
  readonly scope: 'account' | 'app' | 'platform';
  readonly untilMs: number;
}

/** What the protocol made of a fact: the target after it, the word for the ledger, and what else has to happen. */
export interface Step {
  readonly progress: TargetProgress;
  readonly decision: 'published' | 'part_published' | 'submitted' | 'wait' | 'retry' | 'budget' | 'renew_token' | 'reconcile' | 'failed' | 'unconfirmed';
  readonly pause?: Pause;
  /** The account has to be connected again; its owner must be told. */
  readonly reconnect?: boolean;
}

/** Time and chance, always from outside. `random` is in [0, 1). */
export interface Moment {
  readonly nowMs: number;
  readonly random: number;
}

/** What a worker has to do with a target that it has claimed. */
export type Task = 'publish' | 'reconcile' | 'poll_status' | 'resend' | 'look_up' | 'give_up';

const RESTORED = errorOf('unknown', 'restored', 'Plaza was restored from a back-up made before this was due.');

/** A worker takes the target. */
export function claim(progress: TargetProgress): TargetProgress {
  const fence = progress.fence + 1;
  if (progress.state === 'due') return { ...progress, fence, state: move('due', 'claimed') };
  if (progress.state === 'unknown') return { ...progress, fence, state: move('unknown', 'reconciling') };
  return { ...progress, fence, state: move(progress.state, progress.state) };
}

/** What a claimed target needs, by its state and the platform's way of protecting against duplicates. */
export function taskOf(progress: TargetProgress, policy: PublishPolicy, nowMs: number): Task {
  const isRepeatable = policy.protection === 'A' || isKeyAlive(progress, policy, nowMs);
  if (progress.state === 'claimed') return policy.protection === 'B' && progress.hadUnknown && !isRepeatable ? 'reconcile' : 'publish';
  if (progress.state !== 'reconciling') return 'poll_status';
  if (policy.protection === 'E') return 'give_up';
  // The last word is a look-up's: a person is asked, or told of a failure, only when nothing else can tell.
  return isRepeatable && progress.failures + 1 < policy.maxFailures ? 'resend' : 'look_up';
}

/** Whether the platform still knows the key when a call that begins now reaches it at the latest. The key's life begins with its first use. */
function isKeyAlive({ dispatchedAtMs }: TargetProgress, policy: PublishPolicy, nowMs: number): boolean {
  const latestMs = nowMs + policy.sendWithinMs + policy.submitDeadlineMs;
  return policy.protection === 'B' && dispatchedAtMs !== null && latestMs < dispatchedAtMs + policy.keyLifeMs;
}

/** The key of an attempt that may have been published died while the target waited to go out again: it is looked for instead. */
export function onKeyExpired(progress: TargetProgress, nowMs: number): Step {
  return { progress: { ...progress, state: move(progress.state, 'unknown'), lookups: 0, nextTryAtMs: nowMs }, decision: 'reconcile' };
}

/** Preparation ended without a visible call: wait for the platform, or a refusal. `ready` changes nothing yet. */
export function onPrepared(progress: TargetProgress, prepared: Prepared | Refused, policy: PublishPolicy, moment: Moment): Step | undefined {
  if (prepared.kind === 'ready') return undefined;
  if (prepared.kind === 'refused') return onRefused(progress, prepared, policy, moment);
  if (moment.nowMs > patienceEndMs(progress, policy)) return giveUp(progress, errorOf('transient', 'timeout', 'The platform did not get ready in time.'), policy, moment.nowMs);
  return { progress: { ...progress, state: move(progress.state, 'due'), nextTryAtMs: moment.nowMs + prepared.retryInMs }, decision: 'wait' };
}

/**
 * A budget of the platform is used up: the part goes out when there is room again, however long that takes. It was never refused, so no
 * patience runs out and no failure is counted.
 */
export function onBudget(progress: TargetProgress, usedUp: { readonly untilMs: number; readonly message: string }, moment: Moment): Step {
  // Those who wait for the same room do not all come back in one moment.
  const nextTryAtMs = usedUp.untilMs + Math.floor(moment.random * 10_000);
  return { progress: { ...progress, state: move(progress.state, 'due'), nextTryAtMs, error: errorOf('quota_exhausted', 'budget', usedUp.message) }, decision: 'budget' };
}

/** The intent, to be committed before the first byte of the visible call. */
export function onIntent(progress: TargetProgress, nowMs: number): TargetProgress {
  // As long as an earlier attempt may have been published, look-ups have to reach back to it, and its key's life counts.
  const dispatchedAtMs = progress.hadUnknown ? (progress.dispatchedAtMs ?? nowMs) : nowMs;
  return { ...progress, state: move(progress.state, 'dispatching'), dispatchedAtMs, nextTryAtMs: null };
}

/** Whether the visible call may still begin. A worker that was held up after its intent does not send: others count on that. */
export function maySend(intentAtMs: number, policy: PublishPolicy, nowMs: number): boolean {
  return nowMs <= intentAtMs + policy.sendWithinMs;
}

/** What came of the visible call. `isLast`: no part of the publication comes after the one that it made visible. */
export function onSubmitted(progress: TargetProgress, outcome: Submitted, policy: PublishPolicy, moment: Moment, isLast = true): Step {
  if (outcome.kind === 'published') return publish(progress, outcome, moment.nowMs, isLast);
  if (outcome.kind === 'submitted') {
    const submitted = { ...progress, state: move(progress.state, 'submitted'), handle: outcome.handle, nextTryAtMs: moment.nowMs + outcome.retryInMs, error: null };
    return { progress: submitted, decision: 'submitted' };
  }
  if (outcome.kind === 'unknown') return toUnknown(progress, errorOf('unknown', 'unknown', outcome.reason), policy, moment.nowMs);
  if (outcome.kind === 'unsent') return retry(progress, errorOf('unsent', 'unsent', outcome.reason), policy, moment);
  if (outcome.category === 'duplicate' && progress.hadUnknown) return toUnknown(progress, errorOf('duplicate', outcome.code, outcome.message), policy, moment.nowMs);
  return onRefused(progress, outcome, policy, moment);
}

/** What the platform says of an accepted publication. */
export function onStatus(progress: TargetProgress, reading: StatusReading, policy: PublishPolicy, moment: Moment, isLast = true): Step {
  if (reading.kind === 'published') return publish(progress, reading, moment.nowMs, isLast);
  const latestMs = (progress.dispatchedAtMs ?? progress.dueAtMs) + policy.patienceMs;
  const isTooLate = moment.nowMs > latestMs;
  if (reading.kind === 'processing') {
    const state = move(progress.state, 'processing');
    if (isTooLate) return onGiveUp({ ...progress, error: errorOf('unknown', 'timeout', 'The platform did not say in time what became of it.') }, policy);
    // Its failures stay counted: a publication that is accepted and dropped again and again ends.
    return { progress: { ...progress, state, nextTryAtMs: moment.nowMs + reading.retryInMs, error: null }, decision: 'wait' };
  }
  if (reading.kind === 'rejected') return onRejected(progress, reading, policy, moment);
  const error = errorOf(reading.category, reading.code, reading.message);
  const reconnect = error.category === 'reconnect_required' ? { reconnect: true } : {};
  // Whatever the question was refused for says nothing of the publication, which may be visible.
  if (isTooLate) return onGiveUp({ ...progress, error: errorOf('unknown', 'timeout', reading.message) }, policy);
  const failures = progress.failures + 1;
  const givenMs = reading.untilMs ?? 0;
  // Asking earlier harms no one, so a time past all patience is not waited for.
  const untilMs = Math.max(givenMs > latestMs ? moment.nowMs + policy.backoffCapMs : givenMs, moment.nowMs + backoffMs(policy, failures, moment.random));
  const isExpired = error.category === 'token_expired';
  const waiting = { ...progress, failures, renewedToken: progress.renewedToken || isExpired, nextTryAtMs: untilMs, error };
  return { progress: waiting, decision: isExpired ? 'renew_token' : 'wait', ...reconnect };
}

/** What was dropped was never visible, and goes out again like what was refused at once. */
function onRejected(progress: TargetProgress, rejected: Rejected, policy: PublishPolicy, moment: Moment): Step {
  // It may have gone out again since the back-up was made, and of that no handle is left.
  if (progress.wasRestored) return onGiveUp({ ...progress, error: RESTORED }, policy);
  return onRefused({ ...progress, handle: null }, { ...rejected, kind: 'refused' }, policy, moment);
}

/** Repeating with the same id cannot make a second post, so the target may simply go out again. */
export function onResend(progress: TargetProgress, policy: PublishPolicy, moment: Moment): Step {
  const failures = progress.failures + 1;
  if (failures >= policy.maxFailures) return onGiveUp({ ...progress, failures }, policy);
  return { progress: { ...progress, failures, state: move(progress.state, 'due'), nextTryAtMs: moment.nowMs }, decision: 'retry' };
}

/** Nothing can tell what became of it: a person has to decide, unless the publication is whole without it. */
export function onGiveUp(progress: TargetProgress, policy: PublishPolicy): Step {
  if (policy.isOptional) return leaveOut(progress, 'may not have been made', progress.error);
  return { progress: { ...progress, state: move(progress.state, 'unconfirmed'), nextTryAtMs: null }, decision: 'unconfirmed' };
}

/** The last part is not needed for the publication to be whole: it is published, with a word on what is missing. What may be there is not made again. */
function leaveOut(progress: TargetProgress, what: string, error: TargetError | null): Step {
  if (progress.parts.length === 0) throw new Error('The first part is never optional.');
  const warning = joined(progress.warning, `What was to follow the post ${what}: ${error?.message ?? 'the platform does not tell.'}`);
  return { progress: { ...progress, state: move(progress.state, 'published'), nextTryAtMs: null, warning, error: null }, decision: 'published' };
}

/**
 * What a look-up found. A miss proves unsent only because reconciling never starts before the attempt has ended, or its owner is gone,
 * and the settle window after that is over.
 */
export function onLookup(progress: TargetProgress, reading: LookupReading | Refused, policy: PublishPolicy, moment: Moment, isLast = true): Step {
  if (reading.kind === 'published') return publish(progress, reading, moment.nowMs, isLast);
  if (reading.kind === 'absent') return onAbsent(progress, policy, moment);
  const lookups = progress.lookups + 1;
  const isFinal = reading.kind === 'inconclusive' && reading.isFinal === true;
  if (isFinal || lookups >= policy.maxLookups) return onGiveUp({ ...progress, lookups }, policy);
  const untilMs = reading.kind === 'refused' ? Math.min(reading.untilMs ?? 0, moment.nowMs + policy.backoffCapMs) : 0;
  const nextTryAtMs = Math.max(untilMs, moment.nowMs + backoffMs(policy, lookups + 2, moment.random));
  return { progress: { ...progress, lookups, state: move(progress.state, 'unknown'), nextTryAtMs }, decision: 'reconcile' };
}

function onAbsent(progress: TargetProgress, policy: PublishPolicy, moment: Moment): Step {
  if (progress.error?.category === 'duplicate') return onGiveUp(progress, policy);
  // The handle of what went out after the back-up is lost with everything else since then, so that it is missing proves nothing.
  if (policy.protection === 'C' && progress.wasRestored) return onGiveUp({ ...progress, error: RESTORED }, policy);
  // Where the platform refuses duplicates, its word outweighs a look-up that found nothing.
  const isInDoubt = policy.protection === 'D';
  const proven = { ...progress, hadUnknown: isInDoubt, wasRestored: isInDoubt && progress.wasRestored };
  return retry(proven, progress.error ?? errorOf('unknown', 'absent', 'It was not published.'), policy, moment);
}

/** The owner's database session is gone, and with it its process: what it had begun is sorted by how far it had come. */
export function onOwnerGone(progress: TargetProgress, policy: PublishPolicy, nowMs: number): TargetProgress {
  const fence = progress.fence + 1;
  if (progress.state === 'claimed') return { ...progress, fence, state: move('claimed', 'due'), nextTryAtMs: nowMs };
  if (progress.state === 'reconciling') return { ...progress, fence, state: move('reconciling', 'unknown'), nextTryAtMs: nowMs };
  if (progress.state !== 'dispatching') return { ...progress, fence };
  // With an earlier attempt in doubt the time of the last intent is not known any more; it was not later than now.
  const intentAtMs = progress.hadUnknown ? nowMs : (progress.dispatchedAtMs ?? nowMs);
  const endedMs = Math.max(nowMs, intentAtMs + policy.sendWithinMs + policy.submitDeadlineMs);
  return { ...toUnknown(progress, errorOf('unknown', 'owner_gone', 'The worker ended while the call was under way.'), policy, endedMs).progress, fence };
}

/**
 * After a restore: what was due before may have gone out after the back-up was made, so it is reconciled and not sent. What the lost
 * installation sent last may become visible as late as anything else.
 */
export function onRestoredAt(progress: TargetProgress, policy: PublishPolicy, nowMs: number): TargetProgress {
  const fence = progress.fence + 1;
  if (progress.state === 'submitted' || progress.state === 'processing') return { ...progress, fence, wasRestored: true };
  const state = progress.state === 'unknown' ? 'unknown' : move(progress.state, 'unknown');
  const nextTryAtMs = nowMs + policy.sendWithinMs + policy.submitDeadlineMs + policy.settleMs;
  return { ...progress, state, fence, hadUnknown: true, wasRestored: true, lookups: 0, dispatchedAtMs: progress.dispatchedAtMs ?? progress.dueAtMs, nextTryAtMs, error: RESTORED };
}

/** A person looked at the platform. */
export function onSettled(progress: TargetProgress, outcome: 'published' | 'not_published', platformPostUrl: string | null, nowMs: number): Step {
  if (outcome === 'published') {
    const state = move(progress.state, 'published');
    return { progress: { ...progress, state, platformPostUrl: progress.platformPostUrl ?? platformPostUrl, publishedAtMs: nowMs, nextTryAtMs: null, error: null }, decision: 'published' };
  }
  const error = errorOf('unknown', 'settled_not_published', 'A person found that it was not published.');
  return { progress: { ...progress, state: move(progress.state, 'failed'), error }, decision: 'failed' };
}

/** Whether the target certainly did not go out and may still be kept from it. */
export function isCancelable({ state, hadUnknown, parts }: TargetProgress): boolean {
  return state === 'scheduled' || (state === 'due' && !hadUnknown && parts.length === 0);
}

/** The customer asks for another round of a target that certainly was not published. */
export function onRetryAsked(progress: TargetProgress, nowMs: number): TargetProgress {
  return { ...newRound(progress), state: move(progress.state, 'due'), dueAtMs: nowMs, nextTryAtMs: nowMs };
}

function newRound(progress: TargetProgress): TargetProgress {
  return { ...progress, failures: 0, lookups: 0, hadUnknown: false, wasRestored: false, dispatchedAtMs: null, renewedToken: false, handle: null, error: null };
}

function onRefused(progress: TargetProgress, refused: Refused, policy: PublishPolicy, moment: Moment): Step {
  const error = errorOf(refused.category, refused.code, refused.message);
  switch (refused.category) {
    case 'rate_limited':
    case 'quota_exhausted':
      return waitForLimit(progress, refused, error, policy, moment);
    case 'token_expired':
      if (progress.renewedToken) return { ...giveUp(progress, errorOf('reconnect_required', refused.code, refused.message), policy, moment.nowMs), reconnect: true };
      return { progress: { ...progress, state: move(progress.state, 'due'), renewedToken: true, nextTryAtMs: moment.nowMs, error }, decision: 'renew_token' };
    case 'reconnect_required':
      return { ...giveUp(progress, error, policy, moment.nowMs), reconnect: true };
    case 'transient':
      return retry(progress, error, policy, moment, refused.untilMs);
    default:
      return giveUp(progress, error, policy, moment.nowMs);
  }
}

/** Limits and quotas are waited for until then. */
function patienceEndMs({ dueAtMs }: TargetProgress, { turnAtMs = dueAtMs, patienceMs }: PublishPolicy): number {
  return Math.max(dueAtMs, turnAtMs) + patienceMs;
}

function waitForLimit(progress: TargetProgress, refused: Refused, error: TargetError, policy: PublishPolicy, moment: Moment): Step {
  const isGiven = refused.untilMs !== undefined && refused.untilMs > moment.nowMs;
  // A limit that says when it ends is no failure of anything; one that does not is waited for longer each time.
  const failures = isGiven ? progress.failures : progress.failures + 1;
  const fallbackMs = refused.category === 'quota_exhausted' ? policy.backoffCapMs : policy.backoffBaseMs * 2 ** Math.min(failures, 8);
  // A time that is over, or none at all, says nothing.
  const untilMs = isGiven ? refused.untilMs : moment.nowMs + Math.min(policy.backoffCapMs, fallbackMs);
  if (untilMs > patienceEndMs(progress, policy)) return giveUp(progress, error, policy, moment.nowMs);
  // Those who waited for one limit do not all come back in one moment.
  const spreadMs = moment.random * Math.min(2_000, policy.backoffBaseMs);
  const waiting = { ...progress, state: move(progress.state, 'due'), failures, nextTryAtMs: Math.ceil(untilMs + spreadMs), error };
  return { progress: waiting, decision: 'retry', pause: { scope: refused.limitOf ?? 'account', untilMs } };
}

function retry(progress: TargetProgress, error: TargetError, policy: PublishPolicy, moment: Moment, untilMs = 0): Step {
  const failures = progress.failures + 1;
  if (failures >= policy.maxFailures) return giveUp({ ...progress, failures }, error, policy, moment.nowMs);
  const waitUntilMs = Math.min(untilMs, patienceEndMs(progress, policy));
  const nextTryAtMs = Math.max(waitUntilMs, moment.nowMs + backoffMs(policy, failures, moment.random));
  return { progress: { ...progress, state: move(progress.state, 'due'), failures, nextTryAtMs, error }, decision: 'retry' };
}

function toUnknown(progress: TargetProgress, error: TargetError, policy: PublishPolicy, nowMs: number): Step {
  // The call may still be under way at its end: a dead owner's packets, a proxy's queue. The window starts when it must have ended. Where
  // nothing can be looked up a person will look, who has to wait for the same.
  const endedMs = Math.max(nowMs, (progress.dispatchedAtMs ?? nowMs) + policy.submitDeadlineMs);
  const nextTryAtMs = endedMs + policy.settleMs;
  return { progress: { ...progress, state: move(progress.state, 'unknown'), hadUnknown: true, lookups: 0, nextTryAtMs, error }, decision: 'reconcile' };
}

function publish(progress: TargetProgress, published: Published, nowMs: number, isLast: boolean): Step {
  const { platformPostId, platformPostUrl, warning = null } = published;
  const parts = [...progress.parts, { platformPostId, platformPostUrl }];
  const [first = { platformPostId, platformPostUrl }] = parts;
  const visible = { ...progress, ...first, parts, warning: joined(progress.warning, warning), publishedAtMs: progress.publishedAtMs ?? nowMs, error: null };
  if (isLast) return { progress: { ...visible, state: move(progress.state, 'published'), nextTryAtMs: null }, decision: 'published' };
  const next = { ...visible, failures: 0, lookups: 0, renewedToken: false, handle: null, nextTryAtMs: nowMs };
  if (!progress.wasRestored) return { progress: { ...next, state: move(progress.state, 'due'), hadUnknown: false }, decision: 'part_published' };
  // This may not be the last part that had gone out, so the next one is looked for as well.
  return { progress: { ...next, state: move(progress.state, 'unknown'), hadUnknown: true, error: RESTORED }, decision: 'part_published' };
}

function joined(...texts: readonly (string | null)[]): string | null {
  const said = texts.filter((text) => text !== null);
  return said.length === 0 ? null : said.join(' ');
}

function giveUp(progress: TargetProgress, error: TargetError, policy: PublishPolicy, nowMs: number): Step {
  const isSending = progress.state === 'claimed' || progress.state === 'dispatching';
  // A refusal speaks for its own attempt only. Whether an earlier one was published is looked up; if not, it has failed for good.
  if (isSending && progress.hadUnknown) {
    const failures = Math.max(progress.failures, policy.maxFailures);
    return { progress: { ...progress, failures, state: move(progress.state, 'unknown'), lookups: 0, nextTryAtMs: nowMs, error }, decision: 'reconcile' };
  }
  if (policy.isOptional) return leaveOut(progress, 'was not made', error);
  return { progress: { ...progress, state: move(progress.state, 'failed'), nextTryAtMs: null, error }, decision: 'failed' };
}

function errorOf(category: TargetError['category'], code: string, message: string): TargetError {
  return { category, code, message };
}
