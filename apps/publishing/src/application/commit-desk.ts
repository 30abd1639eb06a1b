import { currentWork, type Tx, type UnitOfWork } from '@plaza/chassis';
import type { Status } from '@plaza/contracts';
import { GroupCommit, type Eventing, type NewEvent } from '@plaza/messaging';
import type { Target } from '../domain/post.ts';
import { ENDED, statusOfPost } from '../domain/transitions.ts';
import type { Checkpoint, Intent, Outcome, OutcomeSignal, PostRepository, WorkRepository } from './ports.ts';
import { endedEvents, numbered, type EndedTarget } from './target-events.ts';

/** Intents or outcomes that one transaction takes at most. */
const MAX_GROUP = 100;

interface TracedOutcome extends Outcome {
  readonly traceparent: string | undefined;
}

/** Commits intents and outcomes of a worker. Those that come at the same time share a transaction, and with it the wait for the disk. */
export class CommitDesk {
  readonly #checkpoints: GroupCommit<Checkpoint, boolean>;
  readonly #intents: GroupCommit<Intent, boolean>;
  readonly #outcomes: GroupCommit<TracedOutcome, boolean>;

  constructor(
    work: UnitOfWork,
    private readonly repository: WorkRepository,
    private readonly posts: PostRepository,
    private readonly eventing: Eventing,
    private readonly signal: OutcomeSignal,
  ) {
    this.#checkpoints = new GroupCommit({ maxSize: MAX_GROUP, run: (checkpoints) => work.system((tx) => repository.saveCheckpoints(tx, checkpoints)) });
    this.#intents = new GroupCommit({ maxSize: MAX_GROUP, run: (intents) => work.system((tx) => repository.commitIntents(tx, intents)) });
    this.#outcomes = new GroupCommit({ maxSize: MAX_GROUP, run: (outcomes) => work.system((tx) => this.#commit(tx, outcomes)) });
  }

  /** What a preparation made at the platform, so that it is not made again; false when the claim was lost. */
  async checkpoint(checkpoint: Checkpoint): Promise<boolean> {
    return this.#checkpoints.submit(checkpoint);
  }

  /** False when the claim was lost. After it the call may be made, and nothing else proves that it was not. */
  async intent(intent: Intent): Promise<boolean> {
    return this.#intents.submit(intent);
  }

  /** The outcome, the ledger's line, the post's status and the events that tell of them; false when the claim was lost. */
  async outcome(outcome: Outcome): Promise<boolean> {
    return this.#outcomes.submit({ ...outcome, traceparent: currentWork()?.traceparent });
  }

  async #commit(tx: Tx, outcomes: readonly TracedOutcome[]): Promise<boolean[]> {
    const results = await this.repository.commitOutcomes(tx, outcomes);
    const committed = outcomes.flatMap((outcome, index) => {
      const all = results[index];
      return all === undefined ? [] : [{ outcome, all }];
    });
    const byPost = [...Map.groupBy(committed, ({ outcome }) => outcome.claimed.target.postId)].map(([id, changes]) => concludedPost(id, changes));
    if (byPost.length > 0) {
      const numbers = await this.posts.conclude(tx, byPost.map(({ id, status, events }) => ({ id, status, events: events.length })));
      await this.eventing.append(tx, byPost.flatMap(({ id, events }) => numbered(events, numbers.get(id) ?? 0)));
    }
    tx.afterCommit(() => {
      for (const { id, hasEnded } of byPost) if (hasEnded) this.signal.ended(id);
    });
    return results.map((result) => result !== undefined);
  }
}

interface PostConclusion {
  readonly id: string;
  readonly status: Status;
  readonly events: readonly NewEvent[];
  readonly hasEnded: boolean;
}

function concludedPost(id: string, changes: readonly { readonly outcome: TracedOutcome; readonly all: readonly Target[] }[]): PostConclusion {
  const all = changes[0]?.all ?? [];
  const ended: EndedTarget[] = changes.flatMap(({ outcome: { claimed, progress, at, traceparent } }) => {
    const target = all.find((candidate) => candidate.id === claimed.target.id);
    return target === undefined || !ENDED.includes(progress.state) ? [] : [{ target, at, traceparent }];
  });
  return { id, status: statusOfPost(all.map(({ progress }) => progress.state)), events: endedEvents(ended, all), hasEnded: ended.length > 0 };
}
