// A publishing worker as production builds it, in a process that loads its code first and opens nothing before it is told to go. It can
// stop itself at a named point for one kind of posts, and work without one of its safeguards. Both live here and not in the product.
import 'reflect-metadata';
import { AsyncLocalStorage } from 'node:async_hooks';
import { writeSync } from 'node:fs';
import { apartContext, createLogger, readSettings } from '@plaza/chassis';
import { onKafka } from '@plaza/messaging/kafka';
import { createPublishing } from '@plaza/publishing';
import { ablated } from './ablations.mjs';
import { kindOf, partCount } from './kinds.mjs';

/** Written at once, also when the process stops right after. */
const tell = (...words) => writeSync(1, `@${words.join(' ')}\n`);
const kindOfWork = new AsyncLocalStorage();

/**
 * Stops this process when it passes a point in the work on posts of one kind; whoever watches then kills it, or lets it go on. It is the
 * first passing, or for what has several parts any of so many.
 */
function stoppingPoints({ point, kind }) {
  let passings = 1 + Math.floor(Math.random() * partCount(kind));
  return {
    pass(name) {
      if (name !== point || kindOfWork.getStore() !== kind) return;
      passings -= 1;
      if (passings !== 0) return;
      tell('stopped', name, kind);
      process.kill(process.pid, 'SIGSTOP');
    },
  };
}

/** A repository that tells whose claims this process makes. */
function telling(repository) {
  let known;
  const heard = (owner, claimed) => {
    if (owner !== known) tell('owner', (known = owner));
    if (claimed.length > 0) tell('claimed', claimed.length);
    return claimed;
  };
  const claims = {
    claimDue: async (tx, owner, ...rest) => heard(owner, await repository.claimDue(tx, owner, ...rest)),
    claimFollowUps: async (tx, owner, ...rest) => heard(owner, await repository.claimFollowUps(tx, owner, ...rest)),
  };
  return new Proxy(repository, { get: (target, name) => claims[name] ?? (typeof target[name] === 'function' ? target[name].bind(target) : target[name]) });
}

/** The platforms, with a point between the last look at the clock and the first byte of the visible call. */
function withPointInCall(platforms, points) {
  const wrap = (connector) => {
    const submit = (...parameters) => {
      points.pass('publish.in_call');
      return connector.publish.submit(...parameters);
    };
    return { ...connector, publish: { ...connector.publish, submit } };
  };
  return {
    callContext: (connector, mode) => platforms.callContext(connector, mode),
    connector: (platform) => {
      const connector = platforms.connector(platform);
      return connector === undefined ? undefined : wrap(connector);
    },
  };
}

async function work(plan) {
  const settings = readSettings();
  const points = stoppingPoints(plan);
  const context = { ...(await apartContext('publishing', settings, createLogger({ level: settings.PLAZA_LOG_LEVEL }))), crashPoints: points };
  const rebuild = ({ repository, platforms, watch }) => ({
    repository: telling(ablated(plan.ablate, repository)),
    platforms: withPointInCall(platforms, points),
    watch: {
      follow: (claimed, run) => kindOfWork.run(kindOf(claimed.target.platform, claimed.post.content), () => watch.follow(claimed, run)),
      attempted: (attempt) => watch.attempted(attempt),
    },
  });
  const service = await onKafka(context, 'publishing', (transport) => createPublishing({ ...context, transport }, rebuild));
  await service.start();
  tell('ready');
  process.once('SIGTERM', () => void service.drain().then(() => service.stop()).then(() => process.exit(0)));
}

// Whoever started it is gone.
process.once('disconnect', () => process.exit(0));
process.once('message', (plan) => {
  work(plan).catch((error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  });
});
tell('loaded');
