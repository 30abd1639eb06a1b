// A platform whose answers cannot be believed: lost, late, garbled, or an error after the post was made.
import { judge } from '../judge.mjs';
import { row } from '../report.mjs';
import { PLATFORMS } from '../world.mjs';

/** A late commit comes within the settle window, as a connector's window promises. */
const WORDS = ['drop_before', 'drop_after', 'commit_late=800', 'server_error_after', 'malformed'];
const OF_EACH = 3;

export async function lies(world, { ablate }) {
  const tag = 'lies';
  const workers = await Promise.all([world.pool.take({ ablate }), world.pool.take({ ablate })]);
  const accepted = [];
  for (let n = 0; n < OF_EACH; n += 1) {
    for (const word of WORDS) accepted.push(...(await Promise.all(PLATFORMS.map((platform) => world.post(tag, platform, { word: ` [[sandbox:${word}]]` })))));
  }
  await world.settled(tag, 120_000);
  const [targets, ledger] = [await world.targets(tag), await world.ledger(tag)];
  await Promise.all(workers.map((worker) => worker.stop()));
  const onDiscord = new Set(accepted.filter(({ platform }) => platform === 'discord').map(({ text }) => text));
  const verdict = judge({ accepted: accepted.filter(({ status }) => status === 202), targets, ledger, mayBeUnconfirmed: (text) => onDiscord.has(text) });
  const refused = accepted.filter(({ status }) => status !== 202).length;
  return row('lies', `${WORDS.map((word) => word.split('=')[0]).join(', ')}: ${OF_EACH} times each, on every platform`, { verdict, measured: [`${verdict.unconfirmed} unconfirmed (class E)`], problems: refused === 0 ? [] : [`${refused} posts were not accepted.`] });
}
