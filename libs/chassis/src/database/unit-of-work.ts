import { createHash } from 'node:crypto';
import type { ServiceName } from '@plaza/contracts';
import type pg from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { isId } from '../ids.ts';
import { systemRole } from './provision.ts';

/** An open transaction. */
export interface Tx {
  /** Runs plain SQL as a named prepared statement; resolves to the rows. */
  query<Row>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** TypeORM on the same transaction, for ordinary paths. */
  readonly manager: EntityManager;
  /** Runs after the commit; not at all when the transaction is rolled back. Must not throw. */
  afterCommit(effect: () => void): void;
}

/** Runs in every transaction of a tenant before the work, e.g. to claim an idempotency key. */
export type TenantHook = (tx: Tx, projectId: string) => Promise<void>;

/**
 * The only way to the database. `tenant` names the project for the whole transaction, and the database shows no other's rows; `system`
 * sees all projects and is for what serves them all: the relay, the scheduler, a worker's claim.
 */
export class UnitOfWork {
  readonly #source: DataSource;
  readonly #service: ServiceName;
  readonly #hooks: TenantHook[] = [];

  constructor(source: DataSource, service: ServiceName) {
    this.#source = source;
    this.#service = service;
  }

  onTenant(hook: TenantHook): void {
    this.#hooks.push(hook);
  }

  async tenant<T>(projectId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    if (!isId(projectId)) throw new Error('A project id is a UUID.');
    return this.#run(`begin; set local plaza.project_id = '${projectId}'`, async (tx) => {
      for (const hook of this.#hooks) await hook(tx, projectId);
      return work(tx);
    });
  }

  async system<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#run(`begin; set local role ${systemRole(this.#service)}`, work);
  }

  async #run<T>(begin: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    const runner = this.#source.createQueryRunner();
    const transaction: Transaction = { effects: [], isOpen: true };
    const client = (await runner.connect()) as pg.PoolClient;
    let result: T;
    try {
      await client.query(begin);
      result = await work(openTransaction(client, runner, transaction));
      transaction.isOpen = false;
      await client.query('commit');
    } catch (error) {
      transaction.isOpen = false;
      await client.query('rollback').catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
    for (const effect of transaction.effects) effect();
    return result;
  }
}

interface Transaction {
  readonly effects: (() => void)[];
  isOpen: boolean;
}

function openTransaction(client: pg.PoolClient, runner: QueryRunner, transaction: Transaction): Tx {
  return {
    manager: runner.manager,
    async query<Row>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
      // The connection is another's by now: a straggler would run in a transaction of another project.
      if (!transaction.isOpen) throw new Error('The transaction has ended.');
      const { rows } = await client.query({ ...statement(text), values: [...parameters] });
      return rows as Row[];
    },
    afterCommit(effect) {
      transaction.effects.push(effect);
    },
  };
}

const MAX_STATEMENTS = 500;
const statementNames = new Map<string, string>();

/** A statement's text with its name. Names make Postgres keep the plan; a text beyond the bound goes unnamed rather than fill its memory. */
function statement(text: string): { text: string; name?: string } {
  const known = statementNames.get(text);
  if (known !== undefined) return { text, name: known };
  if (statementNames.size >= MAX_STATEMENTS) return { text };
  const name = createHash('sha256').update(text).digest('hex').slice(0, 16);
  statementNames.set(text, name);
  return { text, name };
}
