// One Plaza for some rows of the suite: a database of its own, every service as a process, connected accounts on every platform.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { Agent, request } from 'undici';
import { jpeg, startMediaServer } from '../../apps/standalone/src/media-server.spec-support.ts';
import { consent } from '../../apps/standalone/src/plaza-process.spec-support.ts';
import { Fleet } from '../fleet/fleet.mjs';
import { bundleWorkerHost } from './bundle.mjs';
import { judge } from './judge.mjs';
import { isBeyondKnowing, KIND_NAMES, KINDS } from './kinds.mjs';
import { WorkerPool } from './worker-pool.mjs';

const OPEN_STATES = `('scheduled', 'due', 'claimed', 'dispatching', 'submitted', 'processing', 'unknown', 'reconciling')`;
/** An intent is on its way to Postgres for less than this, however busy the machine is. */
const INTENT_MS = 5_000;
/** Waiting for posts ends after so many bounds, even if something still comes of them. */
const MOST_BOUNDS = 5;
/** After so many posts what they took of budgets is forgotten. */
const BUDGETS_LAST = 250;
/** Accounts that are connected at a time. */
const LANES = 4;
/** A gateway drains for five seconds and starts again; a balancer that looks at its readiness leaves it alone for as long. */
const LEAVING_MS = 10_000;
const SETTINGS = {
  PLAZA_DRAIN_SECONDS: '0',
  // Longer than what this suite calls a late commit, and short enough to be waited for.
  PLAZA_SETTLE_MS: '1500',
  PLAZA_RATE_LIMIT_PER_MINUTE: '1000000',
  DATABASE_POOL_SIZE: '4',
  PLAZA_LOG_LEVEL: 'warn',
  KAFKA_PARTITIONS: '3',
  // Starts are what costs most here; compiled code is kept.
  NODE_COMPILE_CACHE: join(tmpdir(), 'plaza-faults-compiled'),
};

/** Runs SQL once as superuser. */
export async function onServer(url, sql, parameters) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client.query(sql, parameters).finally(() => client.end());
}

export class World {
  /** Account ids by kind. */
  accounts = {};
  /** What processes printed, the newest lines. */
  printed = [];
  /** Texts of class E, of which no one can tell what became when the answer is lost. */
  beyondKnowing = new Set();
  /** Those of them that a worker held between intent and outcome when it was killed, or held at all when it was stopped. */
  inDoubt = new Set();
  /** When workers were killed that held them, as far as could be seen, before their intent: it may have been on its way. Milliseconds, by text. */
  claimedAtDeath = new Map();
  #agent = new Agent({ connections: 64, keepAliveTimeout: 2_000 });
  #media;
  /** Until when no new request goes to a gateway that said that it leaves. Milliseconds, by URL. */
  #leavingUntilMs = new Map();
  #posts = 0;
  #calls = 0;
  #turns = {};
  #isClosed = false;

  /** `servers`: `{ kafka, postgres }` of tools/containers. `replicas` and `env` as the fleet takes them; `accounts` of each kind. */
  constructor({ servers, name, replicas = {}, env = {}, accounts = 8 }) {
    Object.assign(this, { servers, replicas, env, accountCount: accounts, name: `${name}_${randomUUID().slice(0, 6)}` });
    this.folder = mkdtempSync(join(tmpdir(), 'plaza-faults-'));
  }

  /** To be closed also when it rejects, and while it is under way. */
  async start() {
    await this.#start().catch((error) => {
      throw new Error(`${error.message}\n${this.printed.slice(-20).join('\n')}`, { cause: error });
    });
  }

  async #start() {
    this.#media = await startMediaServer();
    this.#media.put('/picture.jpg', jpeg(640, 640), 'image/jpeg');
    await onServer(this.servers.postgres.url, `create database ${this.name}`);
    this.databaseUrl = Object.assign(new URL(this.servers.postgres.url), { pathname: this.name }).href;
    this.db = new pg.Pool({ connectionString: this.databaseUrl, max: 8 });
    this.db.on('error', () => undefined);
    this.prefix = `${this.name}.`;
    this.fleet = await Fleet.create({
      ...{ folder: this.folder, kafka: this.servers.kafka.broker, databaseUrl: this.databaseUrl, replicas: this.replicas },
      env: { ...SETTINGS, KAFKA_PREFIX: this.prefix, PLAZA_ALLOWED_HOSTS: this.#media.host, ...this.env },
      onLine: (member, line) => this.hear(member, line),
    });
    await this.fleet.prepare();
    this.gateways = [...this.fleet.members.values()].filter(({ app }) => app === 'gateway').map(({ url }) => url);
    this.sandboxUrl = this.fleet.env.PLAZA_SANDBOX_URL;
    this.pool = new WorkerPool({ host: await bundleWorkerHost(this.folder), env: { ...this.fleet.env, PLAZA_ROLES: 'worker', NODE_COMPILE_CACHE: this.folder }, hear: (line) => this.hear('worker host', line) });
    if (this.#isClosed) return;
    await Promise.all([...this.fleet.members.values()].map((member) => member.start()));
    this.key = await this.fleet.key('test');
    await this.#connect(this.accountCount);
  }

  hear(member, line) {
    this.printed.push(`${member} ${line}`);
    if (this.printed.length > 5_000) this.printed.splice(0, 1_000);
  }

  async #connect(count) {
    const wanted = KIND_NAMES.flatMap((kind) => Array.from({ length: count }, (_none, n) => ({ kind, n })));
    const lane = async () => {
      for (let next = wanted.pop(); next !== undefined; next = wanted.pop()) (this.accounts[next.kind] ??= []).push(await KINDS[next.kind].connect(this, next.n));
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }

  /** Connects an account by consent; resolves to its id. */
  async consent(platform, account) {
    const started = await this.call('GET', `/v1/connect/${platform}?redirectUri=http://127.0.0.1:9999/done`);
    return new URL(await consent(started.json.url, 'approve', account)).searchParams.get('integrationId');
  }

  /** Connects an account with credentials; resolves to its id. */
  async supply(path, body) {
    return (await this.call('POST', path, body)).json.integration.id;
  }

  /**
   * A request to one of the gateways, in turn, as through a balancer: one that ends its connections is about to stop and gets no more, and
   * one that refuses the connection is followed by the next. Rejects when none answers.
   */
  async call(method, path, body, headers = {}) {
    let refusal;
    for (const gateway of this.#inTurn()) {
      const url = gateway + path;
      const all = { 'x-access-key': this.key, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers };
      try {
        const { statusCode: status, headers: answered, body: stream } = await request(url, { method, headers: all, body: body === undefined ? undefined : JSON.stringify(body), dispatcher: this.#agent });
        if (answered.connection === 'close') this.#leavingUntilMs.set(gateway, Date.now() + LEAVING_MS);
        const text = await stream.text();
        return { status, headers: answered, json: text.startsWith('{') ? JSON.parse(text) : undefined, text };
      } catch (error) {
        if (error.code !== 'ECONNREFUSED') throw error;
        refusal = error;
      }
    }
    throw refusal;
  }

  /** The gateways from the next one on; those that leave come last. */
  #inTurn() {
    const first = (this.#calls += 1) % this.gateways.length;
    const all = [...this.gateways.slice(first), ...this.gateways.slice(0, first)];
    const leaves = (url) => Number((this.#leavingUntilMs.get(url) ?? 0) > Date.now());
    return all.sort((one, other) => leaves(one) - leaves(other));
  }

  /** A post with one target; resolves to its text and the answer's status. `account` counts through the kind's accounts. */
  async post(tag, kind, { account = (this.#turns[kind] = (this.#turns[kind] ?? 0) + 1), word = '', scheduledFor } = {}) {
    const number = (this.#posts += 1);
    if (number % BUDGETS_LAST === 0) await this.#forgetSpends();
    const { platform, mark = '', content, options } = KINDS[kind];
    const text = `${tag} ${number}${mark}${word}`;
    const accountId = this.accounts[kind][account % this.accounts[kind].length];
    const target = { platform, accountId, ...(options === undefined ? {} : { platformSpecificData: options(text) }) };
    const when = scheduledFor === undefined ? {} : { scheduledFor: new Date(scheduledFor).toISOString() };
    const dueAtMs = scheduledFor ?? Date.now();
    const body = { content: text, platforms: [target], ...content?.(text, this.#media.url('/picture.jpg')), ...when };
    const answer = await this.call('POST', '/v1/posts', body, { prefer: 'wait=0' });
    if (isBeyondKnowing(kind)) this.beyondKnowing.add(text);
    return { text, kind, accountId, dueAtMs, status: answer.status, answer };
  }

  /**
   * What became of the posts whose text begins with `tag`, as judge.mjs says it, and under `histories` what Plaza itself can tell of each that
   * is not as it should be. `explained` holds the texts that may be unconfirmed and that may fail.
   */
  async judge(tag, accepted, explained = {}) {
    const { rows: targets } = await this.db.query('select content as text, state from publishing.targets join publishing.posts on posts.id = post_id where content like $1', [`${tag} %`]);
    const verdict = judge({ accepted, targets, ledger: await this.ledger(tag), ...explained });
    return { ...verdict, histories: await this.#histories([...verdict.lost, ...verdict.doubled, ...verdict.stuck, ...verdict.unexplained]) };
  }

  /** A line for each of the posts with these texts, as far as there are any: how it stands, and its attempts in seconds since it was due. */
  async #histories(texts) {
    const { rows } = await this.db.query(
      `select content as text, platform, state, fence, owner, error->>'message' as error, to_char(next_try_at - due_at, 'SSSS.MS') as "nextTry", to_char(now() - due_at, 'SSSS.MS') as age,
         (select string_agg(concat_ws(' ', to_char(started_at - due_at, 'SSSS.MS'), '+' || to_char(ended_at - started_at, 'SSSS.MS'), kind, coalesce(decision, 'has no outcome'), message), ', ' order by number)
          from publishing.attempts where target_id = targets.id) as attempts
       from publishing.targets join publishing.posts on posts.id = post_id where content = any($1) order by text`,
      [texts],
    );
    return rows.map(
      ({ text, platform, state, fence, owner, error, nextTry, age, attempts }) =>
        `${text}, on ${platform}, is ${state} after ${age} s: ${error ?? 'no error'}; claimed ${fence} times, ${owner === null ? 'owned by no one' : `owned by ${owner}`}, next try ${nextTry ?? 'never'}; ${attempts ?? 'no attempts'}`,
    );
  }

  /** Adds to those in doubt what was on its way: its last intent was made just before its worker was killed. */
  async noteIntentsOfTheDead(tag) {
    const { rows } = await this.db.query(
      `select content as text, (extract(epoch from max(attempts.started_at)) * 1000)::float8 as "intendedAtMs" from publishing.attempts
         join publishing.targets on targets.id = target_id join publishing.posts on posts.id = post_id
       where content like $1 and kind = 'send' group by content`,
      [`${tag} %`],
    );
    for (const { text, intendedAtMs } of rows) {
      const isOnItsWay = (atMs) => intendedAtMs <= atMs && intendedAtMs > atMs - INTENT_MS;
      if (this.claimedAtDeath.get(text)?.some(isOnItsWay)) this.inDoubt.add(text);
    }
  }

  /** Platforms' budgets are those of customers, who have more accounts and less to say. */
  async #forgetSpends() {
    await this.db.query('delete from publishing.budget_spends').catch(() => undefined);
  }

  /** What a worker of the pool holds. */
  async heldBy(worker) {
    const [owner] = worker.last('owner') ?? [];
    if (owner === undefined) return [];
    return (await this.db.query('select state, platform, content as text from publishing.targets join publishing.posts on posts.id = post_id where owner = $1', [owner])).rows;
  }

  /** Ids of the accounts with an open post whose text begins with `tag`. */
  async accountsWithOpen(tag) {
    const { rows } = await this.db.query(`select distinct account_id as id from publishing.targets join publishing.posts on posts.id = post_id where content like $1 and state in ${OPEN_STATES}`, [`${tag} %`]);
    return new Set(rows.map(({ id }) => id));
  }

  /** What the platforms really published whose text begins with `tag`. */
  async ledger(tag) {
    const { entries } = await (await fetch(`${this.sandboxUrl}/_/ledger`)).json();
    return entries.filter(({ text }) => text.startsWith(`${tag} `));
  }

  async sandbox(method, path, body) {
    const answer = await fetch(`${this.sandboxUrl}/_/${path}`, { method, ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });
    if (!answer.ok) throw new Error(`The sandbox answered ${method} ${path} with ${answer.status}: ${await answer.text()}`);
    return answer.status === 204 ? undefined : answer.json();
  }

  /**
   * Waits until every post of the tag has ended, as long as something comes of them: at most `boundMs` after the last attempt at one that is
   * open, and never longer than `MOST_BOUNDS` times that. How long it all takes is the machine's affair; what then has not ended is for the
   * judge. Resolves to how long it took.
   */
  async settled(tag, boundMs) {
    const startedAt = Date.now();
    let movedAt = startedAt;
    while (Date.now() < Math.min(movedAt + boundMs, startedAt + MOST_BOUNDS * boundMs)) {
      const { count, attemptedAt } = await this.#open(tag).catch(() => ({ count: 1, attemptedAt: 0 }));
      if (count === 0) break;
      movedAt = Math.max(movedAt, attemptedAt);
      await delay(100);
    }
    return Date.now() - startedAt;
  }

  /** How many posts of the tag are open, and when the last attempt at one of them was. */
  async #open(tag) {
    const { rows } = await this.db.query(
      `select count(*)::int as count, max((select max(coalesce(ended_at, started_at)) from publishing.attempts where target_id = targets.id)) as "attemptedAt"
       from publishing.targets join publishing.posts on posts.id = post_id where content like $1 and state in ${OPEN_STATES}`,
      [`${tag} %`],
    );
    return { count: rows[0].count, attemptedAt: rows[0].attemptedAt?.getTime() ?? 0 };
  }

  async close() {
    // What is starting must not start processes after those that there are were killed.
    this.#isClosed = true;
    await this.pool?.close();
    await this.fleet?.stop('SIGKILL');
    await this.#media?.close();
    await this.#agent.destroy();
    await this.db?.end();
    await onServer(this.servers.postgres.url, `drop database if exists ${this.name} with (force)`).catch(() => undefined);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
