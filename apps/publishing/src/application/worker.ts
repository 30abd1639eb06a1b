import type { UnitOfWork } from '@plaza/chassis';
import { Loop } from '@plaza/messaging';
import type { ClaimedTarget, WorkRepository } from './ports.ts';
import type { PublishTarget } from './publish-target.ts';
import type { TakeOver } from './take-over.ts';
import type { WorkerSession } from './worker-session.ts';

/** Without any message a worker finds due work by itself within this. */
const REST_MS = 2_000;
/** How often abandoned targets of workers that are gone are looked for. */
const TAKE_OVER_MS = 3_000;

/**
 * Claims due targets and publishes them, many at a time, one per account. Messages only tell it where to look: what it finds in Postgres
 * is what it does, so a lost message costs seconds and no post.
 */
export class Worker {
  readonly #loop: Loop;
  readonly #hot = new Set<string>();
  /** Publications under way, by target and fence. */
  readonly #active = new Map<string, Promise<void>>();
  readonly #activeByPlatform = new Map<string, number>();
  #takeOverAtMs = 0;
  #scanAtMs = 0;

  constructor(
    private readonly work: UnitOfWork,
    private readonly repository: WorkRepository,
    private readonly session: WorkerSession,
    private readonly publishTarget: PublishTarget,
    private readonly takeOver: TakeOver,
    /** Targets of one platform at a time: a slow platform fills its own lanes and no other's. */
    private readonly concurrency: number,
    private readonly onError: (error: unknown) => void,
  ) {
    this.#loop = new Loop({ step: () => this.#step(), restMs: REST_MS, onError });
  }

  start(): void {
    this.#loop.start();
  }

  /** An account has due work. */
  notice(accountId: string): void {
    this.#hot.add(accountId);
    this.#loop.wake();
  }

  /** Claims nothing new and lets what is under way finish. */
  async stop(): Promise<void> {
    await this.#loop.stop();
    await Promise.allSettled(this.#active.values());
    await this.session.close();
  }

  async #step(): Promise<number> {
    await this.session.hold();
    await this.#takeOverNowAndThen();
    const claimed = await this.#claim();
    for (const target of claimed) this.#run(target);
    if (claimed.length > 0) return 0;
    const nextMs = await this.work.system((tx) => this.repository.nextWorkInMs(tx));
    return nextMs === null ? REST_MS : Math.min(REST_MS, Math.max(250, nextMs));
  }

  async #claim(): Promise<ClaimedTarget[]> {
    const accounts = await this.#accounts();
    const { owner } = this.session.ownership;
    const room = { named: new Map([...this.#activeByPlatform].map(([platform, active]) => [platform, Math.max(0, this.concurrency - active)])), others: this.concurrency };
    const claimed = await this.work.system(async (tx) => [
      ...(await this.repository.claimFollowUps(tx, owner, this.concurrency)),
      ...(accounts.length === 0 ? [] : await this.repository.claimDue(tx, owner, accounts, room)),
    ]);
    const isFull = [...room.named.values()].some((free) => free <= claimed.length);
    // What found no room is looked at again as soon as something ends.
    if (isFull) for (const account of accounts) this.#hot.add(account);
    return claimed;
  }

  /** The accounts that messages named, and now and then all that have due work. */
  async #accounts(): Promise<string[]> {
    const hot = [...this.#hot];
    this.#hot.clear();
    if (hot.length > 0 && Date.now() < this.#scanAtMs) return hot;
    this.#scanAtMs = Date.now() + REST_MS / 2;
    const found = await this.work.system((tx) => this.repository.accountsWithWork(tx, 500));
    return [...new Set([...hot, ...found])];
  }

  #run(claimed: ClaimedTarget): void {
    const { platform, accountId } = claimed.target;
    const { ownership } = this.session;
    this.#count(platform, 1);
    const run = this.publishTarget
      .execute(claimed, ownership)
      .catch((error: unknown) => this.#abandon(claimed, ownership.owner, error))
      .finally(() => {
        this.#active.delete(nameOf(claimed));
        this.#count(platform, -1);
        this.notice(accountId);
      });
    this.#active.set(nameOf(claimed), run);
  }

  /** A bug or a lost database: this owner gives the target up as if its process had ended, so that the protocol sorts it out. */
  async #abandon(claimed: ClaimedTarget, owner: string, error: unknown): Promise<void> {
    this.onError(error);
    await this.takeOver.abandon(claimed, owner).catch(this.onError);
  }

  #count(platform: string, by: number): void {
    this.#activeByPlatform.set(platform, (this.#activeByPlatform.get(platform) ?? 0) + by);
  }

  async #takeOverNowAndThen(): Promise<void> {
    if (Date.now() < this.#takeOverAtMs) return;
    this.#takeOverAtMs = Date.now() + TAKE_OVER_MS;
    const { owner } = this.session.ownership;
    await this.takeOver.execute(owner);
    await this.takeOver.forgotten(owner, (claimed) => this.#active.has(nameOf(claimed)));
  }
}

function nameOf({ target }: ClaimedTarget): string {
  return `${target.id} ${target.progress.fence}`;
}
