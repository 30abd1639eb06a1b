import type { UnitOfWork } from '@plaza/chassis';
import { Loop } from '@plaza/messaging';
import { IN_FLIGHT } from '../domain/transitions.ts';
import type { OutcomeSignal } from './ports.ts';

/** A worker in another process cannot signal here, so open posts are asked for, all in one query. */
const ASK_EVERY_MS = 200;

/** Waits for posts to end. A waiting caller holds a promise and nothing else: no connection, no worker. */
export class AwaitOutcome implements OutcomeSignal {
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #loop: Loop;

  constructor(
    private readonly work: UnitOfWork,
    onError: (error: unknown) => void,
  ) {
    this.#loop = new Loop({ step: () => this.#ask(), restMs: 60_000, onError });
  }

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    for (const postId of this.#waiting.keys()) this.#release(postId);
    await this.#loop.stop();
  }

  /** Resolves when every target of the post has ended, at the latest after `timeoutMs`. */
  async until(postId: string, timeoutMs: number): Promise<void> {
    if (timeoutMs <= 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, timeoutMs);
      const waiters = this.#waiting.get(postId) ?? new Set();
      const forget = (): void => void waiters.delete(done);
      function done(): void {
        clearTimeout(timer);
        forget();
        resolve();
      }
      this.#waiting.set(postId, waiters.add(done));
      this.#loop.wake();
    });
    if (this.#waiting.get(postId)?.size === 0) this.#waiting.delete(postId);
  }

  ended(postId: string): void {
    if (this.#waiting.has(postId)) this.#loop.wake();
  }

  async #ask(): Promise<number> {
    const postIds = [...this.#waiting.keys()];
    if (postIds.length === 0) return 60_000;
    const open = await this.work.system((tx) =>
      tx.query<{ id: string }>('select distinct post_id as id from targets where post_id = any($1::uuid[]) and state = any($2)', [postIds, IN_FLIGHT]),
    );
    const openIds = new Set(open.map(({ id }) => id));
    for (const postId of postIds) if (!openIds.has(postId)) this.#release(postId);
    return ASK_EVERY_MS;
  }

  #release(postId: string): void {
    for (const done of [...(this.#waiting.get(postId) ?? [])]) done();
  }
}
