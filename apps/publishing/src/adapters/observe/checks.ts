import { setTimeout as delay } from 'node:timers/promises';
import { LATE_MS, seconds, type HealthCheck, type UnitOfWork } from '@plaza/chassis';
import type { WorkerSession } from '../../application/worker-session.ts';
import { claimableFor, scheduledPastMs } from '../postgres/watch.repository.ts';

/** A worker that has room claims what it finds within this; what is still there then is no coincidence. Milliseconds. */
const SECOND_LOOK_MS = 2_000;
const MOST_LOOKED_AT = 1_000;
/** A worker opens a new session within two seconds of losing one. Milliseconds. */
const SESSION_GONE_MS = 10_000;

/**
 * Red when a target that could go out is not claimed. Between two posts of one account, or at the end of a pause, the next one is old and
 * claimable for a moment: so whatever looks late is looked at again, and only what has not moved counts.
 */
export function oldestDueCheck(work: Pick<UnitOfWork, 'system'>, pause: () => Promise<void> = () => delay(SECOND_LOOK_MS)): HealthCheck {
  const look = () => work.system((tx) => claimableFor(tx, LATE_MS, MOST_LOOKED_AT));
  return {
    name: 'oldest_due',
    async check() {
      const first = await look();
      if (first.length === 0) return undefined;
      if (first.length < MOST_LOOKED_AT) await pause();
      const moved = first.length < MOST_LOOKED_AT ? await look() : first;
      const seen = new Set(first.map(({ id, fence }) => `${id} ${fence}`));
      const [oldest] = moved.filter(({ id, fence }) => seen.has(`${id} ${fence}`));
      return oldest === undefined ? undefined : `A post that could go out has waited for a worker for ${seconds(oldest.waitedMs)}.`;
    },
  };
}

/** Red when a scheduled target is past its time and not due yet: no scheduler is at work, or it is too slow. */
export function schedulerCheck(work: Pick<UnitOfWork, 'system'>): HealthCheck {
  return {
    name: 'scheduler',
    async check() {
      const pastMs = await work.system(scheduledPastMs);
      return pastMs > LATE_MS ? `A scheduled post is ${seconds(pastMs)} past its time.` : undefined;
    },
  };
}

/** Red when the worker has lost the database session that its claims hang on and cannot get a new one. */
export function workerSessionCheck(session: Pick<WorkerSession, 'absentForMs'>): HealthCheck {
  return {
    name: 'worker_session',
    check: async () => (session.absentForMs > SESSION_GONE_MS ? `The worker has had no database session for ${seconds(session.absentForMs)}.` : undefined),
  };
}
