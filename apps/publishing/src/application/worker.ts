import type { Tx, UnitOfWork } from '@plaza/chassis';
import type { Platform } from '@plaza/contracts';
import { Loop } from '@plaza/messaging';
import type { ClaimedTarget, DueAccount, WorkRepository } from './ports.ts';
import type { PublishTarget } from './publish-target.ts';
import type { TakeOver } from './take-over.ts';
import type { WorkerSession } from './worker-session.ts';

/** Without any message a worker finds due work by itself within this. */
const REST_MS = 2_000;
/** Accounts that one look finds at most. */
const MAX_FOUND = 500;
/** How often abandoned targets of workers that are gone are looked for. */
const TAKE_OVER_MS = 3_000;

/**
 * Claims due targets and publishes them, many at a time, one per account. Messages only tell it where to look: what it finds in Postgres
 * is what it does, so a lost message costs seconds and no post.
 */
export class Worker {
  readonly #loop: Loop;
  /** Accounts that may have due work, each with its platform, in the order in which they were heard of. */
  readonly #hot = new Map<string, Platform>();
  /** Publications under way, by target and fence. */
  readonly #active = new Map<string, Promise<void>>();
  readonly #activeByPlatform = new Map<Platform, number>();
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
  notice({ accountId, platform }: DueAccount): void {
    this.#hot.set(accountId, platform);
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
    const { claimed, wanted, nextMs } = await this.work.system((tx) => this.#claim(tx));
    this.#keepHot(wanted, claimed);
    for (const target of claimed) this.#run(target);
    // Accounts that were heard of and had nothing to claim are no reason to let the others wait.
    if (this.#hasRoomForHot()) return 0;
    return nextMs === null ? REST_MS : Math.min(REST_MS, Math.max(250, nextMs));
  }

  /** All that a step asks of Postgres, in one transaction: most steps are a wake-up with little to find. */
  async #claim(tx: Tx): Promise<{ readonly claimed: ClaimedTarget[]; readonly wanted: DueAccount[]; readonly nextMs: number | null }> {
    const { owner } = this.session.ownership;
    await this.#findWork(tx);
    const wanted = this.#takeHot();
    const room = { named: new Map([...this.#activeByPlatform.keys()].map((platform) => [platform, this.#freeFor(platform)])), others: this.concurrency };
    const accountIds = wanted.map(({ accountId }) => accountId);
    const followUps = await this.repository.claimFollowUps(tx, owner, this.concurrency);
    const due = wanted.length === 0 ? [] : await this.repository.claimDue(tx, owner, accountIds, room);
    return { claimed: [...followUps, ...due], wanted, nextMs: await this.repository.nextWorkInMs(tx) };
  }

  /** What found no room is looked at again as soon as something ends. */
  #keepHot(wanted: readonly DueAccount[], claimed: readonly ClaimedTarget[]): void {
    const taken = new Set(claimed.map(({ target }) => target.accountId));
    const counts = new Map([...Map.groupBy(claimed, ({ target }) => target.platform)].map(([platform, targets]) => [platform, targets.length]));
    for (const { accountId, platform } of wanted) {
      const isFull = (counts.get(platform) ?? 0) >= this.#freeFor(platform);
      if (isFull && !taken.has(accountId)) this.#hot.set(accountId, platform);
    }
  }

  /** The accounts that messages named, and now and then all that have due work. */
  async #findWork(tx: Tx): Promise<void> {
    if (this.#hot.size > 0 && Date.now() < this.#scanAtMs) return;
    this.#scanAtMs = Date.now() + REST_MS / 2;
    const found = await this.repository.accountsWithWork(tx, MAX_FOUND);
    for (const { accountId, platform } of found) if (!this.#hot.has(accountId)) this.#hot.set(accountId, platform);
  }

  /** Of each platform as many accounts as it has room for, and some more, since not all of them can be claimed. The others stay hot. */
  #takeHot(): DueAccount[] {
    const left = new Map<Platform, number>();
    return [...this.#hot].flatMap(([accountId, platform]) => {
      const room = left.get(platform) ?? this.#freeFor(platform) * 2;
      left.set(platform, room - 1);
      if (room <= 0) return [];
      this.#hot.delete(accountId);
      return [{ accountId, platform }];
    });
  }

  #hasRoomForHot(): boolean {
    return [...new Set(this.#hot.values())].some((platform) => this.#freeFor(platform) > 0);
  }

  #freeFor(platform: Platform): number {
    return Math.max(0, this.concurrency - (this.#activeByPlatform.get(platform) ?? 0));
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
        this.notice({ accountId, platform });
      });
    this.#active.set(nameOf(claimed), run);
  }

  /** A bug or a lost database: this owner gives the target up as if its process had ended, so that the protocol sorts it out. */
  async #abandon(claimed: ClaimedTarget, owner: string, error: unknown): Promise<void> {
    this.onError(error);
    await this.takeOver.abandon(claimed, owner).catch(this.onError);
  }

  #count(platform: Platform, by: number): void {
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
