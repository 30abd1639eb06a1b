import { alone } from './rows/alone.mjs';
import { broker } from './rows/broker.mjs';
import { churn } from './rows/churn.mjs';
import { deadly } from './rows/deadly.mjs';
import { kills } from './rows/kills.mjs';
import { lies } from './rows/lies.mjs';
import { limits } from './rows/limits.mjs';
import { poison } from './rows/poison.mjs';
import { postgres } from './rows/postgres.mjs';
import { restored } from './rows/restored.mjs';
import { rolling } from './rows/rolling.mjs';
import { slow } from './rows/slow.mjs';
import { stops } from './rows/stops.mjs';
import { topics } from './rows/topics.mjs';

/**
 * Kills are cheap to wait for and dear in processor time; most other rows the other way round. So each has its lane. `isAtOnce`: the rows
 * of the lane run side by side, and not one after the other.
 */
export const LANES = [
  {
    name: 'kills',
    isAtOnce: true,
    // A worker holds one account of each platform; twelve are stopped at once, and enough accounts have to be left for those at work.
    world: { replicas: { worker: 0, scheduler: 0, accounts: 0 }, env: { PLAZA_WORKER_CONCURRENCY: '1' }, accounts: 24 },
    rows: {
      kills: (world, { kills: wanted, ablate }) => {
        const only = ablate === undefined ? undefined : Array.from({ length: 10 }, () => ({ kind: 'discord', point: 'publish.after_send' }));
        return kills(world, { kills: ablate === undefined ? wanted : 10, ablate, only, deadlineMs: wanted * 2_000 });
      },
      stops,
      lies,
    },
  },
  {
    name: 'services',
    // Two workers with as much room for a platform as it has accounts: slow posts on all of them fill it, and would fill a room that all share.
    world: { replicas: { gateway: 2, registry: 2, connect: 2, accounts: 2, publishing: 2, scheduler: 2, worker: 2 }, env: { PLAZA_DRAIN_SECONDS: '5', PLAZA_WORKER_CONCURRENCY: '8' }, accounts: 16 },
    // The last one leaves the world on the restored database.
    rows: { rolling, broker, topics, poison, deadly, churn, limits, slow, alone, postgres, restored },
  },
];
