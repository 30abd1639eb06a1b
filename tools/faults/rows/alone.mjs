// Each service killed with all its replicas, then started again.
import { row } from '../report.mjs';

/** What each service answers, through the gateway. */
const PROBES = {
  registry: (world) => world.call('GET', '/v1/apps/'),
  connect: (world) => world.call('GET', '/v1/connect/integrations'),
  publishing: (world) => world.post('alone', 'bluesky').then((post) => ({ ...post, text: post.answer.text, post })),
  accounts: (world) => world.call('GET', '/api/v1/accounts', undefined, { authorization: `Bearer ${world.key}` }),
};
/** Whose killing shows in which probes: to check a new post's account and to read its tokens no other service is asked. */
const SHOWS_IN = { registry: ['registry'], connect: ['connect'], publishing: ['publishing'], accounts: ['accounts'], scheduler: [], worker: [], gateway: Object.keys(PROBES) };

/** How a connection to a process that is gone ends: a new one, and one that was open. */
const NO_ANSWER = ['ECONNREFUSED', 'ECONNRESET', 'UND_ERR_SOCKET'];

const membersOf = (world, service) => [...world.fleet.members.values()].filter(({ name }) => name === service || name.startsWith(`${service}-`));

async function probeAll(world) {
  const answers = await Promise.all(Object.entries(PROBES).map(async ([name, probe]) => [name, await probe(world).catch((error) => ({ status: error.code ?? String(error) }))]));
  return Object.fromEntries(answers);
}

/** 503 is the word of a gateway for a service that is away; of a gateway that is away there is none. */
function problemsOf(killed, answers) {
  return Object.entries(answers).flatMap(([probe, { status, text = '' }]) => {
    const isAway = SHOWS_IN[killed].includes(probe);
    const isRight = isAway ? (killed === 'gateway' ? NO_ANSWER.includes(status) : status === 503) : status === 200 || status === 202;
    return isRight ? [] : [`Without ${killed}, ${probe} answered ${status} ${text.slice(0, 200)}`];
  });
}

export async function alone(world) {
  const tag = 'alone';
  const [problems, accepted] = [[], []];
  for (const service of Object.keys(SHOWS_IN)) {
    const members = membersOf(world, service);
    await Promise.all(members.map((member) => member.stop('SIGKILL')));
    const scheduled = service === 'gateway' || service === 'publishing' ? undefined : await world.post(tag, 'twitter', { scheduledFor: Date.now() + 1_500 });
    const answers = await probeAll(world);
    problems.push(...problemsOf(service, answers));
    accepted.push(...[scheduled, answers.publishing.post].filter((post) => post?.status === 202));
    await Promise.all(members.map((member) => member.start()));
    const after = await probeAll(world);
    problems.push(...problemsOf('worker', after).map((problem) => problem.replace('Without worker', `After the restart of ${service}`)));
    if (after.publishing.post?.status === 202) accepted.push(after.publishing.post);
  }
  await world.settled(tag, 30_000);
  const verdict = await world.judge(tag, accepted, { mayBeUnconfirmed: world.beyondKnowing });
  return row('each service alone', `all replicas of ${Object.keys(SHOWS_IN).length} services killed, one service after the other, then started again`, { verdict, problems, measured: ['503 for what is away, 2xx for all else, and caught up'] });
}
