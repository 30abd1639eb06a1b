// A platform whose answers cannot be believed: lost, late, garbled, or an error after the post was made.
import { KIND_NAMES } from '../kinds.mjs';
import { row } from '../report.mjs';

/** A late commit comes within the settle window, as a connector's window promises. */
const WORDS = ['drop_before', 'drop_after', 'commit_late=800', 'server_error_after', 'malformed'];
const OF_EACH = 3;

export async function lies(world, { ablate }) {
  const tag = 'lies';
  const workers = await Promise.all([world.pool.take({ ablate }), world.pool.take({ ablate })]);
  const accepted = [];
  for (let n = 0; n < OF_EACH; n += 1) {
    for (const word of WORDS) accepted.push(...(await Promise.all(KIND_NAMES.map((kind) => world.post(tag, kind, { word: ` [[sandbox:${word}]]` })))));
  }
  await world.settled(tag, 90_000);
  const verdict = await world.judge(tag, accepted.filter(({ status }) => status === 202), { mayBeUnconfirmed: world.beyondKnowing });
  await Promise.all(workers.map((worker) => worker.stop()));
  const refused = accepted.filter(({ status }) => status !== 202).length;
  return row('lies', `${WORDS.map((word) => word.split('=')[0]).join(', ')}: ${OF_EACH} times each, of every kind`, { verdict, measured: [`${verdict.unconfirmed} unconfirmed (class E)`], problems: refused === 0 ? [] : [`${refused} posts were not accepted.`] });
}
