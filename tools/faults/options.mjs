import { parseArgs } from 'node:util';
import { ABLATIONS } from './ablations.mjs';

const HELP = `The fault suite: real processes, real Kafka and Postgres in containers, and the ledger of the simulated platforms as the judge.

  --kills <n>       SIGKILLs of busy workers (default 500; from 2,000 on everything runs in its long form)
  --long            the long form of every row
  --only <a,b>      these rows alone
  --in-turn         one lane of rows after the other, on a machine that has other work too
  --ablate <name>   take a safeguard away: ${Object.keys(ABLATIONS).join(', ')}; the suite has to come out red
  --json <file>     where the result goes as JSON (default faults.json)
  --help            this text
`;
const LONG_FROM = 2_000;

/** The options of the command line; prints what is wrong with them, or the help, and ends the process. */
export function readOptions(rows) {
  const { values } = parseArgs({
    options: { kills: { type: 'string', default: '500' }, long: { type: 'boolean' }, only: { type: 'string' }, 'in-turn': { type: 'boolean', default: false }, ablate: { type: 'string' }, json: { type: 'string', default: 'faults.json' }, help: { type: 'boolean' } },
  });
  if (values.help) stop(`${HELP}\nRows: ${rows.join(', ')}\n`, 0);
  const kills = Number(values.kills);
  const only = values.only?.split(',');
  const unknown = (only ?? []).filter((name) => !rows.includes(name));
  if (!Number.isInteger(kills) || kills < 1) stop(`--kills takes a number above 0.\n${HELP}`, 1);
  if (unknown.length > 0) stop(`There is no row ${unknown.join(', ')}. Rows: ${rows.join(', ')}\n`, 1);
  if (values.ablate !== undefined && !Object.hasOwn(ABLATIONS, values.ablate)) stop(`There is no safeguard ${values.ablate} to take away.\n${HELP}`, 1);
  return { kills, only, ablate: values.ablate, json: values.json, isInTurn: values['in-turn'], isLong: values.long === true || kills >= LONG_FROM };
}

function stop(text, code) {
  (code === 0 ? process.stdout : process.stderr).write(text);
  process.exit(code);
}
