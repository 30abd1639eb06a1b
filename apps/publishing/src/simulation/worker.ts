import type { Prepared, Refused } from '@plaza/connectors';
import { EARLIER_MS } from '../application/known-posts.ts';
import type { PublishPolicy } from '../domain/policy.ts';
import * as protocol from '../domain/protocol.ts';
import type { TargetProgress } from '../domain/target.ts';
import { giveCredential } from './connect.ts';
import type { FakeDatabase, Read } from './database.ts';
import type { FakePlatform } from './platform.ts';
import type { Session, SimulatedProcess, Steps } from './process.ts';
import type { World } from './world.ts';

/** The connection broke, before the commit took effect or after it: the caller cannot tell which. */
export class DatabaseLost extends Error {
  override readonly name = 'DatabaseLost';
}
const LOST = new DatabaseLost();

/** A transaction over the network. */
export function* commit<T>(world: World, apply: () => T): Steps<T> {
  yield world.random.between(1, 10);
  if (world.strikes(world.hostility.commitLost / 2)) throw LOST;
  const result = apply();
  if (world.strikes(world.hostility.commitLost / 2)) throw LOST;
  yield world.random.between(1, 10);
  return result;
}

interface Job {
  readonly claimed: Read;
  readonly process: SimulatedProcess;
  readonly session: Session;
  /** The token that was used last. */
  revision: number;
}

/** Does with one claimed target what publish-target.ts does, with a step wherever that awaits something. */
export class SimulatedPublishing {
  constructor(
    private readonly world: World,
    private readonly database: FakeDatabase,
    private readonly platform: FakePlatform,
  ) {}

  *execute(claimed: Read, process: SimulatedProcess, session: Session): Steps {
    const job: Job = { claimed, process, session, revision: 0 };
    const { progress } = claimed;
    const policy = policyOf(claimed);
    yield 1;
    const task = protocol.taskOf(progress, policy, this.world.nowMs);
    if (task === 'give_up') return yield* this.#commit(job, protocol.onGiveUp(progress, policy));
    if (task === 'reconcile') return yield* this.#commit(job, protocol.onKeyExpired(progress, this.world.nowMs));
    if (task === 'resend') return yield* this.#commit(job, protocol.onResend(progress, policy, this.#moment()));
    const given = yield* giveCredential(this.world, claimed);
    if (given.kind === 'refused') return yield* this.#commit(job, this.#withoutCredential(job, given));
    job.revision = given.revision;
    if (task === 'poll_status') return yield* this.#pollStatus(job, given.revision);
    if (task === 'look_up') return yield* this.#lookUp(job, given.revision);
    return yield* this.#publish(job, given.revision);
  }

  *#publish(job: Job, revision: number): Steps {
    const { claimed } = job;
    const policy = policyOf(claimed);
    const prepared = yield* this.#prepare(job, revision);
    if (prepared === undefined) return;
    if (prepared.kind === 'step') return yield* this.#commit(job, prepared.step);
    // The preparation may have outlived the key.
    if (protocol.taskOf(claimed.progress, policy, this.world.nowMs) !== 'publish')
      return yield* this.#commit(job, protocol.onKeyExpired(claimed.progress, this.world.nowMs));
    job.process.critical += 1;
    try {
      yield* this.#dispatch(job, revision, prepared.container);
    } finally {
      job.process.critical -= 1;
    }
  }

  *#dispatch(job: Job, revision: number, container: number | null): Steps {
    const { claimed, session, process } = job;
    const policy = policyOf(claimed);
    const intentAtMs = this.world.nowMs;
    const dispatching = protocol.onIntent(claimed.progress, intentAtMs);
    const isHeld =
      this.world.lacks('no_intent') ||
      (yield* commit(this.world, () => this.database.commitIntent(claimed, session.owner, dispatching, revision)));
    if (!isHeld || process.session !== session) return;
    if (!protocol.maySend(intentAtMs, policy, this.world.nowMs) && !this.world.lacks('late_send')) {
      return yield* this.#commit(
        job,
        protocol.onSubmitted(dispatching, { kind: 'unsent', reason: 'the worker was held up' }, policy, this.#moment()),
      );
    }
    const outcome = yield* this.#send(job, dispatching, revision, container);
    yield* this.#commit(job, protocol.onSubmitted(dispatching, outcome, policy, this.#moment(), isLastPart(claimed)));
  }

  *#send(
    { claimed, process, session }: Job,
    dispatching: TargetProgress,
    revision: number,
    container: number | null,
  ): Steps<ReturnType<ReturnType<FakePlatform['submit']>['outcome']>> {
    const { policy } = claimed.row.account;
    const deadlineAtMs = this.world.nowMs + policy.submitDeadlineMs;
    const isBound = policy.protection === 'B' && dispatching.hadUnknown;
    const writing = { session, isBound };
    process.writing.add(writing);
    yield this.world.random.between(1, 300);
    process.writing.delete(writing);
    const call = this.platform.submit({ row: claimed.row, part: partOf(claimed), revision, container, deadlineAtMs });
    yield call.tookMs;
    const outcome = call.outcome();
    if (outcome.kind === 'unknown' && this.world.lacks('blind_retry')) return { kind: 'unsent', reason: outcome.reason };
    return outcome;
  }

  *#prepare(
    job: Job,
    revision: number,
  ): Steps<{ kind: 'ready'; container: number | null } | { kind: 'step'; step: protocol.Step } | undefined> {
    const { claimed, session } = job;
    const { account } = claimed.row;
    if (!account.hasPrepare) return { kind: 'ready', container: claimed.checkpoint };
    yield this.world.random.between(10, 5_000);
    const prepared = this.platform.prepare(claimed.row, revision, claimed.checkpoint);
    const container = prepared.kind === 'refused' ? null : containerOf(prepared);
    if (prepared.kind !== 'refused') {
      const isHeld = yield* commit(this.world, () => this.database.saveCheckpoint(claimed, session.owner, container));
      if (!isHeld) return undefined;
    }
    const step = protocol.onPrepared(claimed.progress, prepared, policyOf(claimed), this.#moment());
    return step === undefined ? { kind: 'ready', container } : { kind: 'step', step };
  }

  *#pollStatus(job: Job, revision: number): Steps {
    const { progress, row } = job.claimed;
    yield this.world.random.between(5, 500);
    const reading = this.platform.status(row, progress.handle ?? '', revision);
    yield* this.#commit(job, protocol.onStatus(progress, reading, policyOf(job.claimed), this.#moment(), isLastPart(job.claimed)));
  }

  *#lookUp(job: Job, revision: number): Steps {
    const { progress, row, checkpoint } = job.claimed;
    const dispatchedAtMs = progress.dispatchedAtMs ?? progress.dueAtMs;
    const taken = new Set(this.world.lacks('blind_lookup') ? [] : this.database.idsOfOthers(row, dispatchedAtMs - EARLIER_MS));
    yield this.world.random.between(5, 500);
    const reading = this.platform.lookup(row, partOf(job.claimed), { container: checkpoint, dispatchedAtMs, taken }, revision);
    yield this.world.random.between(5, 500);
    yield* this.#commit(job, protocol.onLookup(progress, reading, policyOf(job.claimed), this.#moment(), isLastPart(job.claimed)));
  }

  #withoutCredential({ claimed }: Job, refusal: Refused): protocol.Step {
    const { progress } = claimed;
    const policy = policyOf(claimed);
    if (progress.state === 'reconciling') return protocol.onLookup(progress, refusal, policy, this.#moment());
    if (progress.state !== 'claimed') return protocol.onStatus(progress, refusal, policy, this.#moment());
    const step = protocol.onPrepared(progress, refusal, policy, this.#moment());
    if (step === undefined) throw new Error('A refusal always has a consequence.');
    return step;
  }

  *#commit({ claimed, session, revision }: Job, step: protocol.Step): Steps {
    const progress = this.#asAblated(step);
    yield* commit(this.world, () =>
      this.database.commitOutcome(claimed, session.owner, progress, step.decision === 'renew_token' ? revision : undefined, step.pause),
    );
  }

  #asAblated({ progress, decision }: protocol.Step): TargetProgress {
    if (progress.state !== 'unknown') return progress;
    if (decision === 'part_published' && this.world.lacks('blind_parts')) return { ...progress, state: 'due', hadUnknown: false, wasRestored: false };
    return this.world.lacks('no_settle') ? { ...progress, nextTryAtMs: this.world.nowMs } : progress;
  }

  #moment(): protocol.Moment {
    return { nowMs: this.world.nowMs, random: this.world.random.next() };
  }
}

/** The platform's policy, and whether what is next may be left out. */
function policyOf(claimed: Read): PublishPolicy {
  return { ...claimed.row.account.policy, isOptional: claimed.row.isLastOptional && isLastPart(claimed) };
}

/** The part that is next to be made visible, or whose call is in doubt. */
function partOf({ progress }: Read): number {
  return progress.parts.length;
}

function isLastPart(claimed: Read): boolean {
  return partOf(claimed) === claimed.row.partCount - 1;
}

function containerOf(prepared: Prepared): number {
  return Number(prepared.checkpoint['container']);
}
