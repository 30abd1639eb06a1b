// Runs the rows in two lanes, side by side or in turn, each on a Plaza of its own; what is wrong makes the exit code, what could not be done too.
import { writeFileSync } from 'node:fs';
import { startKafka } from '../containers/kafka.mjs';
import { startPostgres } from '../containers/postgres.mjs';
import { ABLATIONS } from './ablations.mjs';
import { LANES } from './lanes.mjs';
import { readOptions } from './options.mjs';
import { printTable, row, say } from './report.mjs';
import { World } from './world.mjs';

/**
 * A process dies here, never the machine: what Postgres gave to the operating system is safe without a sync. A session costs little to open,
 * since each start of a worker opens some.
 */
const POSTGRES = { max_connections: '300', fsync: 'off', full_page_writes: 'off', scram_iterations: '1' };
/** Its code is compiled once and fast: it does little here, and Plaza needs the processors. */
const KAFKA = { KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS: '1000', KAFKA_JVM_PERFORMANCE_OPTS: '-XX:+UseSerialGC -XX:TieredStopAtLevel=1' };

const options = readOptions(LANES.flatMap(({ rows }) => Object.keys(rows)));
const only = options.ablate === undefined ? options.only : ABLATIONS[options.ablate].rows;
const lanes = LANES.map((lane) => ({ ...lane, rows: Object.entries(lane.rows).filter(([name]) => only === undefined || only.includes(name)) })).filter(({ rows }) => rows.length > 0);
/** Whether lanes run side by side. */
const isBeside = lanes.length > 1 && !options.isInTurn;
const startedAt = Date.now();
const open = [];
const finished = [];
const clock = () => `${String(Math.round((Date.now() - startedAt) / 1000)).padStart(4)} s`;

let closing;

/** Once, however often it is asked for: whoever asks again waits for the same end. */
const closed = () => (closing ??= closeAll());

async function closeAll() {
  await Promise.all(open.filter((one) => one instanceof World).map((world) => world.close()));
  await Promise.all(open.filter((one) => !(one instanceof World)).map((container) => container.stop()));
}

async function opened(what) {
  const one = await what;
  open.push(one);
  return one;
}

async function runRow(world, name, run) {
  const at = Date.now();
  say(`${clock()}  ${name} begins`);
  const result = await run(world, { ...options, isBeside }).catch((error) => row(name, 'could not be done to its end', { problems: [error.stack ?? String(error)] }));
  // What one row switched on is not the next one's trouble.
  await world.sandbox('DELETE', 'faults').catch(() => undefined);
  const done = { ...result, seconds: (Date.now() - at) / 1000 };
  finished.push(done);
  say(`${clock()}  ${name} ${done.holds ? 'holds' : 'BROKEN'}: ${done.did}${done.measured.length === 0 ? '' : `; ${done.measured.join('; ')}`}`);
  for (const problem of done.problems) say(`        ${problem}`);
  if (!done.holds && process.env.PLAZA_FAULTS_PRINT !== undefined) for (const line of world.printed.slice(-60)) say(`        | ${line}`);
}

async function runLane({ name, rows, isAtOnce = false, world: settings }, kafka) {
  const postgres = await opened(startPostgres(POSTGRES));
  const world = new World({ servers: { kafka, postgres }, name, ...settings });
  open.push(world);
  await world.start();
  say(`${clock()}  ${name} is ready`);
  if (isAtOnce) await Promise.all(rows.map(([rowName, run]) => runRow(world, rowName, run)));
  else for (const [rowName, run] of rows) await runRow(world, rowName, run);
  await world.close();
  open.splice(open.indexOf(world), 1);
}

for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]]) process.on(signal, () => void closed().finally(() => process.exit(code)));
let failure;
try {
  const kafka = await opened(startKafka(KAFKA));
  if (options.isInTurn) for (const lane of lanes) await runLane(lane, kafka);
  else await Promise.all(lanes.map((lane) => runLane(lane, kafka)));
} catch (error) {
  failure = error.stack ?? String(error);
}
await closed();
const seconds = Math.round((Date.now() - startedAt) / 1000);
printTable(finished);
const broken = finished.filter(({ holds }) => !holds);
writeFileSync(options.json, `${JSON.stringify({ form: options.isLong ? 'long' : 'short', ablate: options.ablate ?? null, seconds, holds: failure === undefined && broken.length === 0, rows: finished }, null, 2)}\n`);
if (failure !== undefined) process.stderr.write(`The suite could not be run to its end: ${failure}\n`);
say(`${finished.length - broken.length} rows hold, ${broken.length} are broken; ${seconds} s${options.ablate === undefined ? '' : `, without ${options.ablate}`}`);
process.exit(failure === undefined && broken.length === 0 ? 0 : 1);
