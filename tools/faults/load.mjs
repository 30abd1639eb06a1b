// Posts for the rows: bounded in count and time, over loopback only.
import { setTimeout as delay } from 'node:timers/promises';
import { KIND_NAMES } from './kinds.mjs';

/** Requests under way at a time, at most. */
const MOST_UNDER_WAY = 50;
/** Requests of a backlog at a time: what is open counts there, not the rate. */
const AT_A_TIME = 4;

/**
 * Posts at a steady rate, whatever becomes of the answers: an open loop, as customers are. `make(n)` gives kind and options of the
 * n-th post. `sent` holds every post with its status; `failed` every request that had no answer.
 */
export class SteadyLoad {
  sent = [];
  failed = [];
  #underWay = new Set();
  #isStopped = false;
  #count = 0;
  #running;

  constructor(world, tag, { perSecond, count, make = (n) => ({ kind: KIND_NAMES[n % KIND_NAMES.length] }) }) {
    Object.assign(this, { world, tag, perSecond, count, make });
  }

  start() {
    this.#running = this.#run();
    return this;
  }

  get accepted() {
    return this.sent.filter(({ status }) => status === 202);
  }

  async #run() {
    const startedAt = Date.now();
    while (!this.#isStopped && this.#count < this.count) {
      const due = Math.min(this.count, Math.floor(((Date.now() - startedAt) / 1000) * this.perSecond) + 1);
      while (this.#count < due && this.#underWay.size < MOST_UNDER_WAY) this.#one();
      await delay(10);
    }
  }

  #one() {
    const { kind, ...options } = this.make(this.#count);
    this.#count += 1;
    const one = this.world.post(this.tag, kind, options).then(
      (post) => void this.sent.push({ ...post, heardAtMs: Date.now() }),
      (error) => void this.failed.push(error.code ?? error.message),
    );
    this.#underWay.add(one);
    void one.finally(() => this.#underWay.delete(one));
  }

  /** Resolves when all that were asked for were sent and answered. */
  async done() {
    await this.#running;
    await Promise.all(this.#underWay);
    return this;
  }

  async stop() {
    this.#isStopped = true;
    return this.done();
  }

  /** Answers that are no 202, by status, and requests without an answer. */
  get refusals() {
    const statuses = Map.groupBy(
      this.sent.filter(({ status }) => status !== 202),
      ({ status }) => status,
    );
    return [...[...statuses].map(([status, all]) => `${all.length} x ${status}`), ...(this.failed.length === 0 ? [] : [`${this.failed.length} without an answer: ${this.failed[0]}`])];
  }
}

/**
 * Keeps a post of a tag open on each account of its kinds until it is stopped, at most `most` posts in all. Posts of an account go out one
 * after the other, so more of them would only wait; with them on every account, what some stopped worker holds leaves work for the others.
 */
export class Backlog {
  accepted = [];
  #isStopped = false;
  #running;

  constructor(world, tag, { most, kinds = KIND_NAMES }) {
    Object.assign(this, { world, tag, most, kinds });
  }

  start() {
    this.#running = this.#run();
    return this;
  }

  async #run() {
    while (!this.#isStopped && this.accepted.length < this.most) {
      const free = await this.#free();
      for (let n = 0; n < free.length && !this.#isStopped; n += AT_A_TIME) {
        const posts = await Promise.all(free.slice(n, n + AT_A_TIME).map(({ kind, account }) => this.world.post(this.tag, kind, { account })));
        this.accepted.push(...posts.filter(({ status }) => status === 202));
      }
      if (free.length < AT_A_TIME) await delay(50);
    }
  }

  /** Accounts without an open post of the tag, the kinds in turn. */
  async #free() {
    const busy = await this.world.accountsWithOpen(this.tag);
    const accounts = this.kinds.flatMap((kind) => this.world.accounts[kind].map((id, account) => ({ id, kind, account })));
    return accounts.filter(({ id }) => !busy.has(id)).sort((one, other) => one.account - other.account);
  }

  async stop() {
    this.#isStopped = true;
    await this.#running;
  }
}
