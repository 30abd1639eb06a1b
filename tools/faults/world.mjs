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
import { WorkerPool } from './worker-pool.mjs';

/** The four classes of duplicate protection that there are, each by its platform: A, C, D, E. */
export const PLATFORMS = ['bluesky', 'instagram', 'twitter', 'discord'];
const OPEN_STATES = `('scheduled', 'due', 'claimed', 'dispatching', 'submitted', 'processing', 'unknown', 'reconciling')`;
/** Accounts that are connected at a time. */
const LANES = 4;
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
  /** Account ids by platform. */
  accounts = {};
  /** What processes printed, the newest lines. */
  printed = [];
  /** Texts whose outcome no one can tell since their worker was killed or stopped: class E alone, held at that moment. */
  inDoubt = new Set();
  #agent = new Agent({ connections: 64, keepAliveTimeout: 2_000 });
  #media;
  #posts = 0;
  #calls = 0;
  #turns = {};
  #isClosed = false;

  /** `servers`: `{ kafka, postgres }` of tools/containers. `replicas` and `env` as the fleet takes them; `accounts` of each platform. */
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
    const connectors = {
      bluesky: async (n) => (await this.call('POST', '/v1/connect/bluesky/auth', { identifier: `faults${n}.sandbox.example`, password: 'abcd-efgh-ijkl-mnop' })).json.integration.id,
      discord: async (n) => {
        const webhookUrl = `https://discord.com/api/webhooks/${4_000 + n}/${'c'.repeat(68)}`;
        return (await this.call('POST', '/v1/connect/discord/credentials', { credentials: { webhookUrl } })).json.integration.id;
      },
      // Accounts on which X refuses no repetition: there, nothing but Plaza keeps a text from going out twice.
      twitter: (n) => this.#consent('twitter', `repeats_${n}`),
      instagram: (n) => this.#consent('instagram', `faults_${n}`),
    };
    const wanted = PLATFORMS.flatMap((platform) => Array.from({ length: count }, (_none, n) => ({ platform, n })));
    const lane = async () => {
      for (let next = wanted.pop(); next !== undefined; next = wanted.pop()) (this.accounts[next.platform] ??= []).push(await connectors[next.platform](next.n));
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }

  async #consent(platform, account) {
    const started = await this.call('GET', `/v1/connect/${platform}?redirectUri=http://127.0.0.1:9999/done`);
    return new URL(await consent(started.json.url, 'approve', account)).searchParams.get('integrationId');
  }

  /** A request to one of the gateways; one that refuses the connection is followed by the next. Rejects when none answers. */
  async call(method, path, body, headers = {}) {
    let refusal;
    const first = (this.#calls += 1);
    for (let turn = 0; turn < this.gateways.length; turn += 1) {
      const url = this.gateways[(first + turn) % this.gateways.length] + path;
      const all = { 'x-access-key': this.key, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers };
      try {
        const { statusCode: status, headers: answered, body: stream } = await request(url, { method, headers: all, body: body === undefined ? undefined : JSON.stringify(body), dispatcher: this.#agent });
        const text = await stream.text();
        return { status, headers: answered, json: text.startsWith('{') ? JSON.parse(text) : undefined, text };
      } catch (error) {
        if (error.code !== 'ECONNREFUSED') throw error;
        refusal = error;
      }
    }
    throw refusal;
  }

  /** A post with one target; resolves to its text and the answer's status. `account` counts through the platform's accounts. */
  async post(tag, platform, { account = (this.#turns[platform] = (this.#turns[platform] ?? 0) + 1), word = '', scheduledFor } = {}) {
    this.#posts += 1;
    const text = `${tag} ${this.#posts}${word}`;
    const accountId = this.accounts[platform][account % this.accounts[platform].length];
    const mediaItems = platform === 'instagram' ? { mediaItems: [{ type: 'image', url: this.#media.url('/picture.jpg') }] } : {};
    const when = scheduledFor === undefined ? {} : { scheduledFor: new Date(scheduledFor).toISOString() };
    const dueAtMs = scheduledFor ?? Date.now();
    const answer = await this.call('POST', '/v1/posts', { content: text, platforms: [{ platform, accountId }], ...mediaItems, ...when }, { prefer: 'wait=0' });
    return { text, platform, accountId, dueAtMs, status: answer.status, answer };
  }

  /** Every target whose post's text begins with `tag`. */
  async targets(tag) {
    const { rows } = await this.db.query(
      `select content as text, platform, state, error, due_at as "dueAt", owner from publishing.targets join publishing.posts on posts.id = post_id where content like $1`,
      [`${tag} %`],
    );
    return rows;
  }

  /** What a worker of the pool holds. */
  async heldBy(worker) {
    const [owner] = worker.last('owner') ?? [];
    if (owner === undefined) return [];
    return (await this.db.query('select state, platform, content as text from publishing.targets join publishing.posts on posts.id = post_id where owner = $1', [owner])).rows;
  }

  async openCount(tag) {
    const { rows } = await this.db.query(`select count(*)::int as n from publishing.targets join publishing.posts on posts.id = post_id where content like $1 and state in ${OPEN_STATES}`, [`${tag} %`]);
    return rows[0].n;
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

  /** Waits until every post of the tag has ended, at most `boundMs`; what then has not is for the judge. Resolves to how long it took. */
  async settled(tag, boundMs) {
    const startedAt = Date.now();
    while (Date.now() - startedAt < boundMs) {
      if ((await this.openCount(tag).catch(() => 1)) === 0) break;
      await delay(100);
    }
    return Date.now() - startedAt;
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
