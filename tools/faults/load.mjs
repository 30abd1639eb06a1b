// Posts for the rows: bounded in count and time, over loopback only.
import { setTimeout as delay } from 'node:timers/promises';
import { PLATFORMS } from './world.mjs';

/** Requests under way at a time, at most. */
const MOST_UNDER_WAY = 50;

/**
 * Posts at a steady rate, whatever becomes of the answers: an open loop, as customers are. `make(n)` gives platform and options of the
 * n-th post. `sent` holds every post with its status; `failed` every request that had no answer.
 */
export class SteadyLoad {
  sent = [];
  failed = [];
  #underWay = new Set();
  #isStopped = false;
  #count = 0;
  #running;

  constructor(world, tag, { perSecond, count, make = (n) => ({ platform: PLATFORMS[n % PLATFORMS.length] }) }) {
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
    const { platform, ...options } = this.make(this.#count);
    this.#count += 1;
    const one = this.world.post(this.tag, platform, options).then(
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

/** Keeps so many posts of a tag open until it is stopped, at most `most` of them in all. */
export class Backlog {
  accepted = [];
  #isStopped = false;
  #running;

  constructor(world, tag, { open, most, platforms = PLATFORMS }) {
    Object.assign(this, { world, tag, open, most, platforms });
  }

  start() {
    this.#running = this.#run();
    return this;
  }

  async #run() {
    while (!this.#isStopped && this.accepted.length < this.most) {
      const missing = this.open - (await this.world.openCount(this.tag));
      for (let n = 0; n < missing && !this.#isStopped; n += this.platforms.length) {
        const posts = await Promise.all(this.platforms.map((platform) => this.world.post(this.tag, platform)));
        this.accepted.push(...posts.filter(({ status }) => status === 202));
      }
      if (missing < this.platforms.length) await delay(50);
    }
  }

  async stop() {
    this.#isStopped = true;
    await this.#running;
  }
}
