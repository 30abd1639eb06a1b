import { ENDED } from '../domain/transitions.ts';
import type { FakeDatabase, Row } from './database.ts';
import type { FakePlatform } from './platform.ts';
import { Violation } from './world.ts';

/** What people did: the targets whose cancellation was confirmed, and those that were settled by hand. */
interface ByHand {
  readonly canceled: ReadonlySet<number>;
  readonly settled: ReadonlySet<number>;
}

/** All that has to be true once a run has come to rest. */
export function checkOutcome(
  database: FakeDatabase,
  platform: FakePlatform,
  byHand: ByHand,
  restoredAtMs: number | undefined,
): void {
  for (const row of database.rows) checkTarget(row, platform, byHand);
  checkOrder(database.rows, platform, restoredAtMs);
}

function checkTarget(row: Row, platform: FakePlatform, { canceled, settled }: ByHand): void {
  const { id, account, progress, owner, partCount, isLastOptional } = row;
  const counts = Array.from({ length: partCount }, (_, part) => platform.count(id, part));
  const visible = counts.filter((count) => count > 0).length;
  const { state, error, parts } = progress;
  const about = `target ${id} of class ${account.policy.protection}`;
  if (!ENDED.includes(state)) throw new Violation(`${about} never ended: it is ${state}, owned by ${owner ?? 'no one'}`);
  if (counts.some((count) => count > 1)) throw new Violation(`${about} is visible ${counts.join(', ')} times`);
  if (counts.slice(visible).some((count) => count > 0)) throw new Violation(`${about} has a gap: ${counts.join(', ')}`);
  if (state === 'published' && visible === 0) throw new Violation(`${about} is published and not visible`);
  const isWhole = visible === partCount && parts.length === partCount;
  const needed = isLastOptional ? partCount - 1 : partCount;
  // What was left out is named, even where it is visible after all and nobody could tell.
  const isWholeEnough = isWhole || (parts.length === needed && visible >= needed && progress.warning !== null);
  if (state === 'published' && !settled.has(id) && !isWholeEnough) throw new Violation(`${about} is published with ${parts.length} parts and ${visible} of ${partCount} are visible`);
  if (state === 'failed' && visible !== parts.length) throw new Violation(`${about} failed (${error?.code ?? ''}) with ${parts.length} parts and ${visible} are visible`);
  const isMissed = (state === 'failed' || state === 'unconfirmed') && isLastOptional && parts.length === needed;
  if (isMissed) throw new Violation(`${about} is ${state} although all that it needs is visible`);
  if (state === 'canceled' && visible > 0) throw new Violation(`${about} was canceled and is visible`);
  if (canceled.has(id) && state !== 'canceled') throw new Violation(`${about} was canceled for its customer and is ${state}`);
  if (state === 'unconfirmed' && !isJustified(row)) throw new Violation(`${about} is unconfirmed although something could have told`);
  const isFalseAlarm = state === 'failed' && error?.category === 'reconnect_required' && !account.isGrantDead;
  if (isFalseAlarm) throw new Violation(`${about} asks for the account to be connected again although its grant lives`);
}

/** Only where the platform has no way to tell, or all ways were tried, is a person asked. */
function isJustified({ account, progress }: Row): boolean {
  const { protection, maxLookups } = account.policy;
  return (
    protection === 'E' ||
    progress.lookups >= maxLookups ||
    progress.error?.category === 'duplicate' ||
    progress.error?.code === 'restored' ||
    (progress.error?.code === 'timeout' && account.isGrantDead)
  );
}

/**
 * Of one account's targets none was taken by the platform before one that was due earlier, unless its customer let it pass. What the
 * platform has taken holds no order any more, also when it drops it later and it goes out again.
 */
function checkOrder(rows: readonly Row[], platform: FakePlatform, restoredAtMs = -Infinity): void {
  for (const row of rows) {
    const sentAtMs = takenAtMs(row, platform)[0];
    if (sentAtMs === undefined || row.allowOvertake || sentAtMs < restoredAtMs) continue;
    for (const earlier of rows) {
      if (earlier.account !== row.account || earlier.progress.dueAtMs >= row.progress.dueAtMs) continue;
      // So parts after the first may come later, too.
      const [first, ...later] = takenAtMs(earlier, platform);
      const lastMs = earlier.account.isAsync ? first : (later.at(-1) ?? first);
      if (lastMs !== undefined && lastMs > sentAtMs) throw new Violation(`target ${row.id} went out before all of target ${earlier.id}, which was due earlier`);
    }
  }
}

/** In the round that its customer asked for last: what went out before was due at another time. */
function takenAtMs({ id, progress }: Row, platform: FakePlatform): number[] {
  return platform.takenAtMs(id).filter((atMs) => atMs >= progress.dueAtMs);
}
