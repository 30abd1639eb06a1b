import type pg from 'pg';

/**
 * One active replica by a session-level advisory lock: whoever holds it is the leader, and it is free the moment that session is gone.
 * Keeps one dedicated connection, opened at first need and again when it broke.
 */
export class Leader {
  readonly #connect: () => Promise<pg.Client>;
  readonly #lockName: string;
  #session: pg.Client | undefined;
  #isHolder = false;

  constructor(connect: () => Promise<pg.Client>, lockName: string) {
    this.#connect = connect;
    this.#lockName = lockName;
  }

  /** Whether this replica leads now; tries to become the leader when none is. */
  async isLeader(): Promise<boolean> {
    if (this.#isHolder) return true;
    const session = await this.#open();
    const { rows } = await session.query<{ held: boolean }>('select pg_try_advisory_lock(hashtextextended($1, 0)) as held', [this.#lockName]);
    this.#isHolder = rows[0]?.held === true;
    return this.#isHolder;
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#lose();
    await session?.end().catch(() => undefined);
  }

  async #open(): Promise<pg.Client> {
    if (this.#session !== undefined) return this.#session;
    const session = await this.#connect();
    // A session that ends tells so twice, and the second time must not touch the one that was opened in between.
    const loseThis = (): void => {
      if (this.#session === session) this.#lose();
    };
    session.on('error', loseThis);
    session.on('end', loseThis);
    this.#session = session;
    return session;
  }

  #lose(): void {
    this.#session = undefined;
    this.#isHolder = false;
  }
}
