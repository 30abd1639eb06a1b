import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import { failure } from '@plaza/contracts';
import type { Tx, UnitOfWork } from '../database/unit-of-work.ts';
import { Problem } from './problem.ts';
import { currentRequest, type IdempotencyClaim } from './request-context.ts';

/** Table of a service that takes `Idempotency-Key`. */
export const IDEMPOTENCY_TABLE = `
create table idempotency_keys (
  project_id uuid not null,
  route text not null,
  key text not null,
  request_hash bytea not null,
  resource_id text,
  status integer,
  answer bytea,
  created_at timestamptz not null default now(),
  primary key (project_id, route, key)
);
create index idempotency_keys_created on idempotency_keys (created_at);
`;

/** Kept for two days: clients may rely on one. */
const KEEP_HOURS = 48;
/** A first request that has not answered by then never will: its process is gone. */
const IN_FLIGHT_SECONDS = 60;

/** An answer that was given before, to be given again byte for byte. */
export interface StoredAnswer {
  readonly status: number;
  readonly body: string;
}

/** Raised inside the transaction when the key was used before; nothing of the second request happens. */
export class IdempotencyConflict extends Error {
  override readonly name = 'IdempotencyConflict';
}

/** SHA-256 of what was asked, over the validated request: the schema fixes the order of its fields. */
export function requestHash(input: unknown): Buffer {
  return createHash('sha256').update(JSON.stringify(input)).digest();
}

/**
 * Idempotency keys of one service. The row is written in the request's first transaction, so that it commits with what the request does;
 * of many at once one wins, the others wait for its commit and then find the row. Answers are stored encrypted: one may hold a new key.
 */
export class IdempotencyKeys {
  readonly #work: UnitOfWork;
  readonly #sealKey: Buffer;

  constructor(work: UnitOfWork, internalKey: string) {
    this.#work = work;
    this.#sealKey = createHmac('sha256', internalKey).update('plaza idempotency answers').digest();
    work.onTenant((tx, projectId) => this.#claim(tx, projectId));
  }

  /** What to answer to a repeated request: the first answer, or a problem that says why not. */
  async replay(projectId: string, claim: IdempotencyClaim): Promise<StoredAnswer | { readonly resourceId: string }> {
    const row = await this.#work.tenant(projectId, async (tx) => {
      const rows = await tx.query<{ hash: Buffer; resourceId: string | null; status: number | null; answer: Buffer | null; age: number; rowAt: string }>(
        `select request_hash as hash, resource_id as "resourceId", status, answer, extract(epoch from now() - created_at)::float8 as age,
           created_at::text as "rowAt"
         from idempotency_keys where project_id = $1 and route = $2 and key = $3`,
        [projectId, claim.route, claim.key],
      );
      return rows[0];
    });
    if (row === undefined) throw Problem.of('idempotency.in_flight', { retryAfterSeconds: 1 });
    if (!row.hash.equals(claim.requestHash)) throw new Problem(failure('idempotency.body_differs'));
    if (row.status !== null && row.answer !== null) return { status: row.status, body: this.#open(row.answer, claim) };
    if (row.age < IN_FLIGHT_SECONDS) throw Problem.of('idempotency.in_flight', { retryAfterSeconds: 1 });
    if (row.resourceId !== null) return { resourceId: row.resourceId };
    // Its process is gone and it made nothing, so the next request with the key may carry it out.
    await this.release(projectId, { ...claim, rowAt: row.rowAt });
    throw Problem.of('idempotency.in_flight', { retryAfterSeconds: 1 });
  }

  /** Frees the key of a request that came to nothing: it was refused after its first transaction, or its process is gone. */
  async release(projectId: string, claim: IdempotencyClaim): Promise<void> {
    await this.#work.tenant(projectId, (tx) =>
      tx.query(
        `delete from idempotency_keys
         where project_id = $1 and route = $2 and key = $3 and created_at = $4::timestamptz and resource_id is null and status is null`,
        [projectId, claim.route, claim.key, claim.rowAt],
      ),
    );
  }

  /** Keeps the answer for replays. */
  async store(projectId: string, claim: IdempotencyClaim, answer: StoredAnswer): Promise<void> {
    if (!claim.isWritten) return;
    await this.#work.tenant(projectId, (tx) =>
      tx.query(
        'update idempotency_keys set status = $5, answer = $6 where project_id = $1 and route = $2 and key = $3 and created_at = $4::timestamptz',
        [projectId, claim.route, claim.key, claim.rowAt, answer.status, this.#seal(answer.body, claim)],
      ),
    );
  }

  /** Forgets keys that are older than promised. */
  async purge(): Promise<void> {
    await this.#work.system((tx) => tx.query('delete from idempotency_keys where created_at < now() - make_interval(hours => $1)', [KEEP_HOURS]));
  }

  async #claim(tx: Tx, projectId: string): Promise<void> {
    const claim = currentRequest()?.idempotency;
    if (claim === undefined || claim.isWritten) return;
    const [row] = await tx.query<{ rowAt: string }>(
      `insert into idempotency_keys (project_id, route, key, request_hash) values ($1, $2, $3, $4) on conflict do nothing returning created_at::text as "rowAt"`,
      [projectId, claim.route, claim.key, claim.requestHash],
    );
    if (row === undefined) throw new IdempotencyConflict();
    claim.rowAt = row.rowAt;
    tx.afterCommit(() => {
      claim.isWritten = true;
    });
  }

  #seal(text: string, claim: IdempotencyClaim): Buffer {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#sealKey, nonce).setAAD(Buffer.from(`${claim.route}\n${claim.key}`));
    return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  }

  #open(sealed: Buffer, claim: IdempotencyClaim): string {
    const decipher = createDecipheriv('aes-256-gcm', this.#sealKey, sealed.subarray(0, 12)).setAAD(Buffer.from(`${claim.route}\n${claim.key}`));
    decipher.setAuthTag(sealed.subarray(sealed.length - 16));
    return Buffer.concat([decipher.update(sealed.subarray(12, sealed.length - 16)), decipher.final()]).toString('utf8');
  }
}

/**
 * Notes, in the same transaction, what the request made: a replay whose answer was lost in a crash can then be answered from it. Every
 * use case that makes something has to call it, since a request without is taken for one that came to nothing.
 */
export async function noteResource(tx: Tx, projectId: string, resourceId: string): Promise<void> {
  const claim = currentRequest()?.idempotency;
  if (claim === undefined) return;
  claim.resourceId = resourceId;
  const rows = await tx.query(
    `update idempotency_keys set resource_id = $5
     where project_id = $1 and route = $2 and key = $3 and created_at = $4::timestamptz returning key`,
    [projectId, claim.route, claim.key, claim.rowAt, resourceId],
  );
  // This request was given up as lost, and another may be carrying it out: nothing of this one may stay.
  if (rows.length === 0) throw new IdempotencyConflict();
}
