import type { DataSource } from 'typeorm';
import type { DedicatedSession } from './session.ts';

/**
 * Lets replicas of a service wake each other at once instead of at their next look. A ring is a hint and no more: it may be lost. Rings
 * of one name that come while one is under way become one, so a burst of commits costs a few statements and holds up none of them.
 */
export class Doorbell {
  readonly #source: DataSource;
  readonly #session: DedicatedSession;
  readonly #service: string;
  readonly #underWay = new Set<string>();
  readonly #again = new Set<string>();

  constructor(source: DataSource, session: DedicatedSession, service: string) {
    this.#source = source;
    this.#session = session;
    this.#service = service;
  }

  on(name: string, handler: () => void): void {
    this.#session.onRing(this.#channel(name), handler);
  }

  ring(name: string): void {
    if (this.#underWay.has(name)) {
      this.#again.add(name);
      return;
    }
    this.#underWay.add(name);
    void this.#source
      .query(`notify ${this.#channel(name)}`)
      .catch(() => undefined)
      .then(() => {
        this.#underWay.delete(name);
        if (this.#again.delete(name)) this.ring(name);
      });
  }

  #channel(name: string): string {
    return `plaza_${this.#service}_${name}`;
  }
}
