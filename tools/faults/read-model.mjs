// What came of events in the accounts service: each publication moves the time at which its account was last used.
import { setTimeout as delay } from 'node:timers/promises';

/** When the read model last heard of a publication of an account; 0 when never. Milliseconds since 1970. */
export async function lastUsed(world, account) {
  const { rows } = await world.db.query('select last_used_at as at from accounts.account_rows where account_id = $1', [account]);
  return rows[0]?.at?.getTime() ?? 0;
}

/** Resolves when it has heard of publications of all these accounts since then, to whether that was in time. */
export async function hasHeardOf(world, posts, sinceMs, boundMs) {
  const accounts = [...new Set(posts.map(({ accountId }) => accountId))];
  return until(async () => (await Promise.all(accounts.map((account) => lastUsed(world, account)))).every((at) => at >= sinceMs), boundMs);
}

/** Accounts of which it does not know the last publication. */
export async function behindOnUses(world) {
  const { rows } = await world.db.query(
    `select count(*)::int as n from (select account_id, max(published_at) as at from publishing.targets where state = 'published' group by account_id) as used
     join accounts.account_rows using (account_id) where last_used_at is distinct from used.at`,
  );
  return rows[0].n;
}

/** The dead letters of the accounts service. */
export async function deadLetters(world) {
  const { rows } = await world.db.query(`select id, attempts, event->'data'->>'accountId' as account, last_error as "lastError" from accounts.parked_messages where dead_at is not null`);
  return rows;
}

/** Replays a dead letter as an operator does; resolves to what is wrong with what came of it. */
export async function replay(world, letter) {
  const before = await lastUsed(world, letter.account);
  await world.fleet.command('dead-letters', 'replay', `accounts/${letter.id}`);
  const isReplayed = await until(async () => (await lastUsed(world, letter.account)) > before, 10_000);
  const isThere = (await deadLetters(world)).some(({ id }) => id === letter.id);
  return [...(isReplayed ? [] : ['The replay after the fix had no effect.']), ...(isThere ? ['The replayed letter is still there.'] : [])];
}

/** Asks again and again; resolves to whether it was so within the bound. */
export async function until(isDone, boundMs) {
  for (const giveUpAt = Date.now() + boundMs; Date.now() < giveUpAt; await delay(250)) if (await isDone()) return true;
  return false;
}
