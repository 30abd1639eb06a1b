import type { UnitOfWork } from '@plaza/chassis';
import type { Connector } from '@plaza/connectors';
import type { PublishPolicy } from '../domain/policy.ts';
import type { Attempt } from '../domain/post.ts';
import { onOwnerGone, onRestoredAt } from '../domain/protocol.ts';
import type { ClaimedTarget, Platforms, WorkRepository } from './ports.ts';

/** Frees what workers that are gone had begun; the protocol decides what each of their targets needs now. */
export class TakeOver {
  constructor(
    private readonly work: UnitOfWork,
    private readonly repository: WorkRepository,
    private readonly platforms: Platforms,
    private readonly policyOf: (connector: Connector) => PublishPolicy,
  ) {}

  /** Looks for owners whose session is gone. `self` is never one of them. */
  async execute(self: string): Promise<void> {
    const owners = await this.work.system((tx) => this.repository.otherOwners(tx, self));
    for (const owner of owners) {
      await this.work.system(async (tx) => {
        if (!(await this.repository.isOwnerGone(tx, owner))) return;
        for (const claimed of await this.repository.ownedBy(tx, owner)) {
          await this.repository.release(tx, claimed, owner, onOwnerGone(claimed.target.progress, this.#policy(claimed), Date.now()), ownerGoneLine(claimed));
        }
      });
    }
  }

  /** Gives up a target that this very owner cannot go on with. */
  async abandon({ target }: ClaimedTarget, owner: string): Promise<void> {
    await this.#releaseOwned(owner, (held) => held.target.id === target.id && held.target.progress.fence === target.progress.fence);
  }

  /** Gives up what this owner holds and does not work on: claims whose commit took effect although its answer was lost. */
  async forgotten(owner: string, isActive: (claimed: ClaimedTarget) => boolean): Promise<void> {
    await this.#releaseOwned(owner, (held) => !isActive(held));
  }

  /**
   * After a restore: what was due before is reconciled and not sent. Resolves to how many targets that were. Each target has a transaction
   * of its own: replicas that start at once come to the same targets, in any order, and must not wait for each other in a circle.
   */
  async restored(restoredAt: Date): Promise<number> {
    const affected = await this.work.system((tx) => this.repository.dueBefore(tx, restoredAt));
    let count = 0;
    for (const { claimed, owner } of affected) {
      await this.work.system(async (tx) => {
        // What a living worker of this installation holds was reconciled before it was claimed.
        if (owner !== null && !(await this.repository.isOwnerGone(tx, owner))) return;
        await this.repository.release(tx, claimed, owner, onRestoredAt(claimed.target.progress, this.#policy(claimed), Date.now()), null);
        count += 1;
      });
    }
    return count;
  }

  async #releaseOwned(owner: string, isMeant: (held: ClaimedTarget) => boolean): Promise<void> {
    await this.work.system(async (tx) => {
      for (const held of (await this.repository.ownedBy(tx, owner)).filter(isMeant)) {
        await this.repository.release(tx, held, owner, onOwnerGone(held.target.progress, this.#policy(held), Date.now()), ownerGoneLine(held));
      }
    });
  }

  #policy({ target }: ClaimedTarget): PublishPolicy {
    const connector = this.platforms.connector(target.platform);
    if (connector === undefined) throw new Error(`There is no connector for ${target.platform}.`);
    return this.policyOf(connector);
  }
}

function ownerGoneLine({ target }: ClaimedTarget): Omit<Attempt, 'number'> | null {
  if (target.progress.state !== 'dispatching') return null;
  const at = new Date();
  return {
    ...{ kind: 'send', startedAt: at, endedAt: at, httpStatus: null, category: null, nextTryAt: null },
    platformCode: 'owner_gone',
    decision: 'reconcile',
    message: 'The worker ended while the call was under way.',
  };
}
