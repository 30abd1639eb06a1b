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
      const rows = await tx.query<{ hash: Buffer; resourceId: string | null; status: number | null; answer: Buffer | null; age: number }>(
        `select request_hash as hash, resource_id as "resourceId", status, answer, extract(epoch from now() - created_at)::float8 as age
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
    throw Problem.of('idempotency.answer_lost');
  }

  /** Keeps the answer for replays. */
  async store(projectId: string, claim: IdempotencyClaim, answer: StoredAnswer): Promise<void> {
    if (!claim.isWritten) return;
    await this.#work.tenant(projectId, (tx) =>
      tx.query('update idempotency_keys set status = $4, answer = $5 where project_id = $1 and route = $2 and key = $3', [
        projectId,
        claim.route,
        claim.key,
        answer.status,
        this.#seal(answer.body, claim),
      ]),
    );
  }

  /** Forgets keys that are older than promised. */
  async purge(): Promise<void> {
    await this.#work.system((tx) => tx.query('delete from idempotency_keys where created_at < now() - make_interval(hours => $1)', [KEEP_HOURS]));
  }

  async #claim(tx: Tx, projectId: string): Promise<void> {
    const claim = currentRequest()?.idempotency;
    if (claim === undefined || claim.isWritten) return;
    const rows = await tx.query(
      'insert into idempotency_keys (project_id, route, key, request_hash) values ($1, $2, $3, $4) on conflict do nothing returning key',
      [projectId, claim.route, claim.key, claim.requestHash],
    );
    if (rows.length === 0) throw new IdempotencyConflict();
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

/** Notes, in the same transaction, what the request made: a replay whose answer was lost in a crash can then be answered from it. */
export async function noteResource(tx: Tx, projectId: string, resourceId: string): Promise<void> {
  const claim = currentRequest()?.idempotency;
  if (claim === undefined) return;
  claim.resourceId = resourceId;
  await tx.query('update idempotency_keys set resource_id = $4 where project_id = $1 and route = $2 and key = $3', [
    projectId,
    claim.route,
    claim.key,
    resourceId,
  ]);
}
