import type { UnitOfWork } from '@plaza/chassis';
import type { Target } from '../domain/post.ts';
import type { WorkRepository } from './ports.ts';

/** How much earlier than an attempt a post may have come to be known: a look-up takes those that are dated a little earlier for possible. */
export const EARLIER_MS = 10 * 60_000;

/** Which posts are known to be there already, so that a look-up takes none of them for the one that it looks for. */
export class KnownPosts {
  constructor(
    private readonly work: UnitOfWork,
    private readonly repository: WorkRepository,
  ) {}

  /** The platform's ids of the account's other posts since a little before the attempt, and of the parts that go before. */
  async beside({ id, accountId, progress }: Target, dispatchedAtMs: number): Promise<ReadonlySet<string>> {
    const others = await this.work.system((tx) => this.repository.idsOfOthers(tx, { id, accountId }, new Date(dispatchedAtMs - EARLIER_MS)));
    return new Set([...others, ...progress.parts.map(({ platformPostId }) => platformPostId)]);
  }
}
