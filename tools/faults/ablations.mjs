// The safeguards that the suite can take away from its own workers, one at a time, to show that it would notice.

/** Silence after which the lease's ablation takes an owner for dead. Milliseconds. */
const LEASE_MS = 3_000;

/** What each takes away, and the rows that have to come out red without it. */
export const ABLATIONS = {
  intent: { away: 'The visible call is made without its intent being committed first.', rows: ['kills'] },
  'blind-retry': { away: 'A call with an unknown outcome is repeated like one that certainly did not go out.', rows: ['lies'] },
  lease: { away: 'An owner that is silent for three seconds is taken over, although its session lives.', rows: ['stops'] },
  settle: { away: 'Reconciling starts as soon as an outcome is unknown.', rows: ['lies'] },
};

/** The repository of a worker without that safeguard; without a name, the repository itself. */
export function ablated(name, repository) {
  if (name === undefined) return repository;
  const others = { intent: withoutIntent, 'blind-retry': retryingBlindly, lease: leasing, settle: withoutSettling }[name](repository);
  return new Proxy(repository, { get: (target, method) => others[method] ?? (typeof target[method] === 'function' ? target[method].bind(target) : target[method]) });
}

function withoutIntent() {
  return { commitIntents: async (_tx, intents) => intents.map(() => true) };
}

function retryingBlindly(repository) {
  return unknownBecomes(repository, (progress) => ({ ...progress, state: 'due', nextTryAtMs: Date.now() }));
}

function withoutSettling(repository) {
  return unknownBecomes(repository, (progress) => ({ ...progress, nextTryAtMs: Date.now() }));
}

function unknownBecomes(repository, change) {
  const changed = (progress) => (progress.state === 'unknown' ? change(progress) : progress);
  return {
    commitOutcomes: (tx, outcomes) => repository.commitOutcomes(tx, outcomes.map((outcome) => ({ ...outcome, progress: changed(outcome.progress) }))),
    release: (tx, claimed, owner, progress, attempt) => repository.release(tx, claimed, owner, changed(progress), attempt),
  };
}

/** Ownership by time: every worker says that it is there, and whoever is silent is taken over. */
function leasing(repository) {
  let self;
  const beat = async (tx, owner) => {
    self ??= owner;
    await tx.query('insert into public.leases (owner, beat_at) values ($1, now()) on conflict (owner) do update set beat_at = now()', [owner]);
  };
  return {
    accountsWithWork: async (tx, limit) => {
      if (self !== undefined) await beat(tx, self);
      return repository.accountsWithWork(tx, limit);
    },
    otherOwners: async (tx, owner) => {
      await beat(tx, owner);
      return repository.otherOwners(tx, owner);
    },
    isOwnerGone: async (tx, owner) => {
      const [row] = await tx.query(`select beat_at < now() - make_interval(secs => ${LEASE_MS / 1000}) as silent from public.leases where owner = $1`, [owner]);
      return row?.silent === true || repository.isOwnerGone(tx, owner);
    },
  };
}
