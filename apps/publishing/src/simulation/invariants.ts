import { ENDED } from '../domain/transitions.ts';
import type { FakeDatabase, Row } from './database.ts';
import type { FakePlatform } from './platform.ts';
import { Violation } from './world.ts';

/** All that has to be true once a run has come to rest. */
export function checkOutcome(
  database: FakeDatabase,
  platform: FakePlatform,
  canceled: ReadonlySet<number>,
  restoredAtMs: number | undefined,
): void {
  for (const row of database.rows) checkTarget(row, platform, canceled);
  checkOrder(database.rows, platform, restoredAtMs);
}

function checkTarget(row: Row, platform: FakePlatform, canceled: ReadonlySet<number>): void {
  const { id, account, progress, owner } = row;
  const count = platform.count(id);
  const { state, error } = progress;
  const about = `target ${id} of class ${account.policy.protection}`;
  if (!ENDED.includes(state)) throw new Violation(`${about} never ended: it is ${state}, owned by ${owner ?? 'no one'}`);
  if (count > 1) throw new Violation(`${about} is visible ${count} times`);
  if (state === 'published' && count !== 1) throw new Violation(`${about} is published and visible ${count} times`);
  if (state === 'failed' && count > 0) throw new Violation(`${about} failed (${error?.code ?? ''}) and is visible`);
  if (state === 'canceled' && count > 0) throw new Violation(`${about} was canceled and is visible`);
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

/** Of one account's targets none was sent before one that was due earlier, unless its customer let it pass. */
function checkOrder(rows: readonly Row[], platform: FakePlatform, restoredAtMs = -Infinity): void {
  for (const row of rows) {
    const sentAtMs = platform.sentAtMs(row.id);
    if (sentAtMs === undefined || row.allowOvertake || sentAtMs < restoredAtMs) continue;
    for (const earlier of rows) {
      if (earlier.account !== row.account || earlier.progress.dueAtMs >= row.progress.dueAtMs) continue;
      const earlierSentMs = platform.sentAtMs(earlier.id);
      if (earlierSentMs !== undefined && earlierSentMs > sentAtMs)
        throw new Violation(`target ${row.id} went out before target ${earlier.id}, which was due earlier`);
    }
  }
}
