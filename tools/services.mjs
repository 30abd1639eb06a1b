// Runs all services as processes of their own: against KAFKA_BROKERS and DATABASE_URL, or, when neither is set, against containers that
// end with it.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { startKafka } from './containers/kafka.mjs';
import { startPostgres } from './containers/postgres.mjs';

const HELP = `Runs all services as processes of their own, for work without images. Settings are environment variables, see docs/configuration.md.
Against KAFKA_BROKERS and DATABASE_URL, or, with neither set, against containers that end with it (then a container engine is needed).

  --workers <n>   publishing workers (default 2)
  --help          this text
`;

const { values } = parseArgs({ options: { workers: { type: 'string', default: '2' }, help: { type: 'boolean' } } });
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const root = fileURLToPath(new URL('..', import.meta.url));
const build = spawnSync(process.execPath, ['tools/build.mjs'], { cwd: root, stdio: 'inherit' });
if (build.status !== 0) process.exit(build.status ?? 1);
const { Fleet } = await import('./fleet/fleet.mjs');

const say = (line) => process.stdout.write(`${line}\n`);
const containers = [];
let fleet;
let isStopping = false;

async function stop(code) {
  if (isStopping) process.exit(130);
  isStopping = true;
  say('stopping: what is under way is finished first');
  await fleet?.stop();
  await Promise.all(containers.map((container) => container.stop()));
  process.exit(code);
}
process.on('SIGINT', () => void stop(0));
process.on('SIGTERM', () => void stop(0));

try {
  const { KAFKA_BROKERS, DATABASE_URL } = process.env;
  if ((KAFKA_BROKERS === undefined) !== (DATABASE_URL === undefined)) throw new Error('Set both KAFKA_BROKERS and DATABASE_URL, or neither.');
  let [kafka, databaseUrl] = [KAFKA_BROKERS, DATABASE_URL];
  if (kafka === undefined) {
    say('starting Kafka and Postgres in containers');
    const [broker, postgres] = await Promise.all([startKafka(), startPostgres({ max_connections: '200' })]);
    containers.push(broker, postgres);
    [kafka, databaseUrl] = [broker.broker, postgres.url];
  }
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => /^(PLAZA|KAFKA|OTEL|DATABASE)_/.test(name)));
  fleet = await Fleet.create({
    ...{ kafka, databaseUrl, gatewayPort: Number(process.env.PORT ?? 3_000), replicas: { worker: Number(values.workers) } },
    folder: process.env.PLAZA_DATA ?? (KAFKA_BROKERS === undefined ? `.plaza/services-${process.pid}` : '.plaza/services'),
    env: { PLAZA_DRAIN_SECONDS: '0', PLAZA_LOG_LEVEL: 'info', ...own },
    onLine: (name, line) => say(`${name.padEnd(12)} ${line}`),
  });
  await fleet.prepare();
  await fleet.start();
  say(`Plaza   ${fleet.publicUrl}`);
  say(`docs    ${fleet.publicUrl}/docs`);
  say(`test key  ${await fleet.key('test')}`);
  say(`live key  ${await fleet.key('live')}`);
  for (const member of fleet.members.values()) {
    void member.exited().then((how) => {
      if (isStopping) return;
      say(`${member.name} ended with ${how}`);
      void stop(1);
    });
  }
} catch (error) {
  // What was told to stop while it started says so as an error.
  if (isStopping) await new Promise(() => undefined);
  process.stderr.write(`${error.message}\n`);
  await stop(1);
}
