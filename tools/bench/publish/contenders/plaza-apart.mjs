// Plaza with its services apart: a process each, Kafka in a container, and a Postgres of the bench's own like the peers'.
import { startKafka } from '../../../containers/kafka.mjs';
import { Fleet } from '../../../fleet/fleet.mjs';
import { startChild, stopLater } from '../../children.mjs';
import { withChildren } from '../../memory.mjs';
import { CONCURRENCY } from './peer.mjs';
import { plazaContender } from './plaza.mjs';

const MOST_WORKERS = 2;
const POSTGRES = new URL('../postgres.mjs', import.meta.url);

/** By data folder: what lives on between the rounds, as it does for the other contenders. */
const installations = new Map();

async function install(dataFolder, environment) {
  const [kafka, postgres] = await Promise.all([startKafka(), startChild(POSTGRES, { settings: { max_connections: '200' } })]);
  stopLater(() => kafka.stop());
  const databaseUrl = await postgres.call('database', 'plaza');
  const fleet = await Fleet.create({
    ...{ folder: dataFolder, kafka: kafka.broker, databaseUrl, replicas: { worker: MOST_WORKERS, sandbox: 0 } },
    env: { PLAZA_LOG_LEVEL: 'error', PLAZA_RATE_LIMIT_PER_MINUTE: '1000000', PLAZA_DRAIN_SECONDS: '0', NODE_OPTIONS: '--max-old-space-size=256', ...environment },
  });
  await fleet.prepare();
  return { fleet, databaseUrl, postgresPid: await postgres.call('pid') };
}

async function launch({ dataFolder, environment, workers }) {
  const installation = installations.get(dataFolder) ?? install(dataFolder, environment);
  installations.set(dataFolder, installation);
  const { fleet, databaseUrl, postgresPid } = await installation;
  const idle = Array.from({ length: MOST_WORKERS - workers }, (_none, index) => `worker-${MOST_WORKERS - index}`);
  await fleet.start(({ name }) => !idle.includes(name));
  const running = [...fleet.members.values()].filter(({ isRunning }) => isRunning);
  return {
    ...{ url: fleet.publicUrl, databaseUrl },
    key: (mode) => fleet.key(mode),
    processes: () => ({ ...Object.fromEntries(running.map(({ name, pid }) => [name, [pid]])), postgres: withChildren(postgresPid) }),
    stop: stopLater(() => fleet.stop()),
  };
}

export const plazaApart = plazaContender({
  name: 'plaza-apart',
  label: 'Plaza apart on Kafka',
  note: `the whole protocol with its ledger, concurrency ${CONCURRENCY}, 1,000 accounts, a fresh connection for each visible call; a process per service, Kafka in a container`,
  takesWorkers: true,
  launch,
});
