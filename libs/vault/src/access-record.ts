import { createHash } from 'node:crypto';
import type { Sql } from './key-store.ts';

/** One use of a secret: who used what, why and when. */
export interface SecretUse {
  readonly projectId: string;
  /** The service or person, e.g. `publishing-worker`, `key:0193...`. */
  readonly actor: string;
  /** Why, e.g. `publish target 0193...`, `exchange code`. */
  readonly purpose: string;
  /** Which secret, e.g. `apps/0193.../client_secret`. */
  readonly subject: string;
  readonly at: Date;
}

const GENESIS = Buffer.alloc(32);

/**
 * Writes the record in the caller's transaction, chained by SHA-256 to the project's record before it. The secret is opened only after
 * this succeeded, and handed out only after the commit: no record, no secret.
 */
export async function recordUse(sql: Sql, use: SecretUse): Promise<void> {
  await recordUses(sql, use.projectId, [use]);
}

/** The same for several uses of one project's secrets, each with its own record, in the given order. The chain is locked once for all. */
export async function recordUses(sql: Sql, projectId: string, uses: readonly Omit<SecretUse, 'projectId'>[]): Promise<void> {
  await sql.query('insert into secret_access_heads (project_id, sequence, hash) values ($1, 0, $2) on conflict do nothing', [projectId, GENESIS]);
  const [head] = await sql.query<{ sequence: string; hash: Buffer }>('select sequence, hash from secret_access_heads where project_id = $1 for update', [projectId]);
  if (head === undefined) throw new Error('The chain of access records has no head.');
  let last: Head = { sequence: Number(head.sequence), hash: head.hash };
  const links = uses.map((use) => {
    const sequence = last.sequence + 1;
    last = { sequence, hash: linkHash(last.hash, sequence, { projectId, ...use }) };
    return last;
  });
  await sql.query(
    `with records as (
       insert into secret_access (project_id, sequence, at, actor, purpose, subject, hash)
       select $1, * from unnest($2::bigint[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::bytea[])
     )
     update secret_access_heads set sequence = $8, hash = $9 where project_id = $1`,
    [
      ...[projectId, links.map(({ sequence }) => sequence), uses.map(({ at }) => at), uses.map(({ actor }) => actor), uses.map(({ purpose }) => purpose)],
      ...[uses.map(({ subject }) => subject), links.map(({ hash }) => hash), last.sequence, last.hash],
    ],
  );
}

interface Head {
  readonly sequence: number;
  readonly hash: Buffer;
}

/**
 * Walks a project's chain. Returns undefined when it is whole, or a sentence that says where it breaks: an edit, a deletion, a reorder.
 * Secrets may be used meanwhile: the head is read first, and what came after it has to link to it.
 */
export async function verifyRecords(sql: Sql, projectId: string): Promise<string | undefined> {
  const head = await readHead(sql, projectId);
  let previous: Buffer = GENESIS;
  let expected = 1;
  for (;;) {
    const rows = await sql.query<{ sequence: string; at: Date; actor: string; purpose: string; subject: string; hash: Buffer }>(
      'select sequence, at, actor, purpose, subject, hash from secret_access where project_id = $1 and sequence >= $2 order by sequence limit 1000',
      [projectId, expected],
    );
    if (rows.length === 0) break;
    for (const row of rows) {
      if (Number(row.sequence) !== expected) return `Record ${expected} is missing.`;
      if (!linkHash(previous, expected, { projectId, ...row }).equals(row.hash)) return `Record ${expected} was changed, or one before it.`;
      if (expected === head?.sequence && !head.hash.equals(row.hash)) return `Record ${expected} is not the one that the head of the chain names.`;
      previous = row.hash;
      expected += 1;
    }
  }
  if (head !== undefined && head.sequence >= expected) return `Records after ${expected - 1} are missing.`;
  if (expected === 1) return undefined;
  // Every record moves the head in its own transaction, so records without one, or beyond it, are not of our making.
  const newHead = await readHead(sql, projectId);
  if (newHead === undefined) return 'The chain has no head.';
  return newHead.sequence < expected - 1 ? `Records after ${newHead.sequence} were added past the head of the chain.` : undefined;
}

async function readHead(sql: Sql, projectId: string): Promise<Head | undefined> {
  const [row] = await sql.query<{ sequence: string; hash: Buffer }>('select sequence, hash from secret_access_heads where project_id = $1', [projectId]);
  return row === undefined ? undefined : { sequence: Number(row.sequence), hash: row.hash };
}

function linkHash(previous: Buffer, sequence: number, use: SecretUse): Buffer {
  const parts = [use.projectId, String(sequence), use.at.toISOString(), use.actor, use.purpose, use.subject];
  return createHash('sha256').update(previous).update(JSON.stringify(parts)).digest();
}
