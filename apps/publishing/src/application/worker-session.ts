import { randomUUID } from 'node:crypto';
import type { Ownership } from './publish-target.ts';

/** A dedicated database session that holds one advisory lock. */
export interface LockSession {
  /** Resolves once the lock is held. */
  lock(name: string): Promise<void>;
  onLost(handler: () => void): void;
  close(): Promise<void>;
}

/**
 * Ownership is a live database session, not a lease: as long as it lives its targets are its own, however long the process pauses; when
 * it is gone the process, or at least its right to send, is gone too. A lost session is followed by a new one under a new name.
 */
export class WorkerSession {
  readonly #open: () => Promise<LockSession>;
  readonly #lockName: (owner: string) => string;
  #owner: string = randomUUID();
  #session: LockSession | undefined;
  readonly #now: () => number;
  #absentSinceMs: number;

  constructor(open: () => Promise<LockSession>, lockName: (owner: string) => string, now: () => number = Date.now) {
    this.#open = open;
    this.#lockName = lockName;
    this.#now = now;
    this.#absentSinceMs = now();
  }

  /** How long there has been no session, so that nothing can be claimed; 0 while there is one. Milliseconds. */
  get absentForMs(): number {
    return this.#session === undefined ? this.#now() - this.#absentSinceMs : 0;
  }

  /** The ownership of now. It ends with its session, and does not pass to the next one. */
  get ownership(): Ownership {
    const owner = this.#owner;
    const session = this.#session;
    return { owner, isHeld: () => session !== undefined && this.#session === session };
  }

  /** Makes sure that a session holds the lock of this owner. */
  async hold(): Promise<void> {
    if (this.#session !== undefined) return;
    const owner = randomUUID();
    const session = await this.#open();
    session.onLost(() => {
      if (this.#session === session) this.#lose();
    });
    await session.lock(this.#lockName(owner));
    this.#owner = owner;
    this.#session = session;
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#lose();
    await session?.close();
  }

  #lose(): void {
    this.#session = undefined;
    this.#absentSinceMs = this.#now();
  }
}
