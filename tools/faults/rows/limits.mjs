// Every publishing call is answered 429 for a while, with each form of saying when to come back.
import { setTimeout as delay } from 'node:timers/promises';
import { row } from '../report.mjs';

/** One form on each platform; the absurd one on its own account, since no one can wait for it. */
const FORMS = { twitter: 'seconds', bluesky: 'date', discord: 'platform', instagram: 'absent' };
const SECONDS = 4;
const POSTS_EACH = 16;
/** A date says no more than whole seconds. */
const ROUNDING_MS = 1_000;
/** Those who waited together are not told to come back within one such moment. Milliseconds. */
const MOMENT_MS = 200;

/** Attempts that began before the platform's word of the attempt before them was kept. */
const TOO_EARLY = `select content as text, platform from (
    select content, platform, started_at, lag(ended_at) over w as ended_before, lag(category) over w as category_before
    from publishing.attempts join publishing.targets on targets.id = target_id join publishing.posts on posts.id = post_id
    where content like $1 window w as (partition by target_id order by number)
  ) as pairs
  where category_before = 'rate_limited' and platform <> 'instagram' and started_at < ended_before + make_interval(secs => $2)`;

/** When each was to come back after it was refused for the last time. */
const PLANNED = `select distinct on (target_id) platform, attempts.next_try_at as at from publishing.attempts join publishing.targets on targets.id = target_id join publishing.posts on posts.id = post_id
  where content like $1 and category = 'rate_limited' and attempts.next_try_at is not null order by target_id, number desc`;

function mostAtOnce(atMs) {
  return Math.max(0, ...atMs.map((first) => atMs.filter((at) => at >= first && at < first + MOMENT_MS).length));
}

export async function limits(world, { isLong }) {
  const tag = 'limits';
  const limitedForMs = isLong ? 60_000 : 8_000;
  for (const [platform, form] of Object.entries(FORMS)) await world.sandbox('POST', 'faults', { platform, operation: 'publish', times: 1_000_000, fault: { kind: 'rate_limit', form, seconds: SECONDS } });
  const posts = await Promise.all(Object.keys(FORMS).flatMap((platform) => Array.from({ length: POSTS_EACH }, (_none, account) => world.post(tag, platform, { account }))));
  await delay(limitedForMs);
  const { requests } = await world.sandbox('GET', 'requests?operation=publish');
  const refused = requests.filter(({ status }) => status === 429 || status === 403 || status === 400).length;
  await world.sandbox('DELETE', 'faults');
  const absurd = await world.post(tag, 'twitter', { account: POSTS_EACH, word: ' [[sandbox:rate_limit=absurd]]' });
  await world.settled(tag, 60_000);
  const ledger = await world.ledger(tag);
  const verdict = await world.judge(tag, [...posts, absurd].filter(({ status }) => status === 202), { mayFail: new Set([absurd.text]) });
  const early = (await world.db.query(TOO_EARLY, [`${tag} %`, SECONDS - ROUNDING_MS / 1000])).rows;
  const planned = (await world.db.query(PLANNED, [`${tag} %`])).rows.map(({ platform, at }) => ({ platform, atMs: at.getTime() }));
  const herdOf = (instants) => Math.max(...Object.keys(FORMS).map((of) => mostAtOnce(instants.filter(({ platform }) => platform === of).map(({ atMs }) => atMs))));
  // A worker that gets no processor for a moment brings together what was not: the plan is judged, and what came of it is shown.
  const [herd, arrived] = [herdOf(planned), herdOf(ledger)];
  const problems = [];
  if (early.length > 0) problems.push(`${early.length} calls were made before their time, e.g. ${early[0].platform} ${early[0].text}.`);
  if (herd > POSTS_EACH / 2) problems.push(`${herd} of ${POSTS_EACH} were to come back within ${MOMENT_MS} ms.`);
  if (planned.length < posts.length) problems.push(`Only ${planned.length} of ${posts.length} posts were ever told when to come back.`);
  if (refused < POSTS_EACH * 4) problems.push(`Only ${refused} calls were refused.`);
  return row('429', `every call refused for ${limitedForMs / 1000} s; ${Object.values(FORMS).join(', ')} and absurd`, { verdict, problems, measured: [`${refused} calls refused, none too early`, `at most ${herd} of ${POSTS_EACH} planned for the same ${MOMENT_MS} ms, ${arrived} arrived so`, 'absurd: failed, with its reason'] });
}
