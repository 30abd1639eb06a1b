import { simulators as catalogue, type Simulator, type SimulatorEntry, type SimulatorHost } from '@plaza/connectors/simulators';
import { fastify, type FastifyInstance } from 'fastify';
import { controlRoutes } from './adapters/http/control-routes.ts';
import { homePage } from './adapters/http/home-page.ts';
import { platformRoutes } from './adapters/http/platform-routes.ts';
import { openJournal } from './adapters/journal-file.ts';
import { fetchMedia } from './adapters/media-fetch.ts';
import { AnswerCall } from './application/answer-call.ts';
import { FaultSwitchboard } from './application/fault-switchboard.ts';
import { Ledger } from './application/ledger.ts';
import type { Later } from './application/ports.ts';
import { RequestLog } from './application/request-log.ts';
import { simulatorHost } from './application/simulator-host.ts';
import { World } from './application/world.ts';

export interface SandboxOptions {
  /** Default: every simulator there is. */
  readonly simulators?: readonly SimulatorEntry[];
  /** Base URL as browsers and connectors see the sandbox, without a trailing slash. */
  readonly publicUrl: string;
  /** The journal that makes the state outlive the process; absent: memory only. One process per file. */
  readonly stateFile?: string;
  /** Epoch milliseconds. */
  readonly now?: () => number;
  /** Runs late commits and slow answers; default: timers that end with the instance. */
  readonly later?: Later;
  /** How simulated platforms fetch media from URLs; see `fetchMedia` for what the default does not guard against. */
  readonly fetchMedia?: SimulatorHost['fetch'];
  /** The sandbox keeps its own list of requests and logs nothing else. */
  readonly logger?: false;
}

/**
 * Builds the sandbox as a Fastify instance that is ready and not listening: call `listen`, or hand it requests through `routing`, with the
 * mount prefix already taken off the URL. `close` drops what has not happened yet, as a kill would.
 */
export async function createSandbox(options: SandboxOptions): Promise<FastifyInstance> {
  const now = options.now ?? Date.now;
  const state = options.stateFile === undefined ? undefined : openJournal(options.stateFile);
  const world = new World(state?.rows, state?.journal);
  const ledger = new Ledger(world);
  const faults = new FaultSwitchboard(world);
  const log = new RequestLog();
  const timers = new Set<NodeJS.Timeout>();
  const later = options.later ?? laterIn(timers);
  const simulators = new Map<string, Simulator>();
  for (const { platform, create } of options.simulators ?? catalogue) {
    const host = { platform, world, ledger, publicUrl: options.publicUrl, now, fetch: options.fetchMedia ?? fetchMedia };
    simulators.set(platform, create(simulatorHost(host)));
  }
  const app = fastify({ logger: options.logger ?? false, forceCloseConnections: true, routerOptions: { maxParamLength: 1000 } });
  app.addHook('onClose', async () => {
    for (const timer of timers) clearTimeout(timer);
    state?.close();
  });
  homePage(app, { simulators: simulators.values(), publicUrl: options.publicUrl });
  controlRoutes(app, { simulators, ledger, log, faults });
  const answerCall = new AnswerCall({ faults, log, later, now });
  await app.register(async (scope) => platformRoutes(scope, { simulators, answerCall, later }));
  await app.ready();
  return app;
}

function laterIn(timers: Set<NodeJS.Timeout>): Later {
  return (ms, task) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      task();
    }, ms);
    timers.add(timer);
    return () => {
      clearTimeout(timer);
      timers.delete(timer);
    };
  };
}
