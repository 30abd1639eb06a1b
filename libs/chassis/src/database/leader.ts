import type { DedicatedSession } from './session.ts';

/** One active replica by a session-level advisory lock: whoever holds it is the leader, and it is free the moment that session is gone. */
export class Leader {
  readonly #session: DedicatedSession;
  readonly #lockName: string;
  #isHolder = false;

  constructor(session: DedicatedSession, lockName: string) {
    this.#session = session;
    this.#lockName = lockName;
    session.onLost(() => {
      this.#isHolder = false;
    });
  }

  /** Whether this replica led when it last looked. */
  get holds(): boolean {
    return this.#isHolder;
  }

  /** Whether this replica leads now; tries to become the leader when none is. */
  async isLeader(): Promise<boolean> {
    if (this.#isHolder) return true;
    const client = await this.#session.client();
    const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock(hashtextextended($1, 0)) as held', [this.#lockName]);
    this.#isHolder = rows[0]?.held === true;
    return this.#isHolder;
  }
}
