import type pg from 'pg';
import type { LockSession } from '../../application/worker-session.ts';

/** A dedicated connection whose advisory lock lives exactly as long as it does. */
export class PostgresLockSession implements LockSession {
  constructor(private readonly client: pg.Client) {}

  async lock(name: string): Promise<void> {
    await this.client.query('select pg_advisory_lock(hashtextextended($1, 0))', [name]);
  }

  onLost(handler: () => void): void {
    this.client.on('error', handler);
    this.client.on('end', handler);
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}
