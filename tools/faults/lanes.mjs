import { kills } from './rows/kills.mjs';
import { lies } from './rows/lies.mjs';
import { stops } from './rows/stops.mjs';

/** Kills are cheap to wait for and dear in processor time; most other rows the other way round. So each has its lane. */
export const LANES = [
  {
    name: 'kills',
    world: { replicas: { worker: 0, scheduler: 0, accounts: 0 }, env: { PLAZA_WORKER_CONCURRENCY: '1' }, accounts: 24 },
    rows: {
      kills: (world, { kills: wanted, ablate, isLong }) => {
        const only = ablate === undefined ? undefined : Array.from({ length: 10 }, () => ({ platform: 'discord', point: 'publish.after_send' }));
        return kills(world, { kills: ablate === undefined ? wanted : 10, ablate, only, deadlineMs: isLong ? wanted * 2_000 : 300_000 });
      },
      stops,
      lies,
    },
  },
];
