import type { Tx, UnitOfWork } from '@plaza/chassis';
import type { TransactionRunner } from '@plaza/messaging';

const NEVER = new Promise<never>(() => undefined);

/**
 * The transactions of one simulated process. After `end` it is as a killed process: what is open is rolled back, and no caller ever
 * hears of anything again.
 */
export class MortalTransactions implements TransactionRunner {
  readonly #work: UnitOfWork;
  readonly #death = Promise.withResolvers<never>();
  #isDead = false;
  /** So many of the next transactions fail as they do without a database. */
  refusals = 0;
  /** Runs before each transaction of a tenant. */
  beforeTenant: () => Promise<void> = async () => undefined;

  constructor(work: UnitOfWork) {
    this.#work = work;
    this.#death.promise.catch(() => undefined);
  }

  system<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#run((guarded) => this.#work.system(guarded), work);
  }

  async tenant<T>(projectId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    await this.beforeTenant();
    return this.#run((guarded) => this.#work.tenant(projectId, guarded), work);
  }

  end(): void {
    this.#isDead = true;
    this.#death.reject(new Error('The process is gone.'));
  }

  async #run<T>(open: (guarded: (tx: Tx) => Promise<T>) => Promise<T>, work: (tx: Tx) => Promise<T>): Promise<T> {
    if (this.#isDead) return NEVER;
    if (this.refusals > 0) {
      this.refusals -= 1;
      throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    }
    try {
      const result = await open((tx) => Promise.race([work(this.#mortal(tx)), this.#death.promise]));
      return this.#isDead ? await NEVER : result;
    } catch (error) {
      if (this.#isDead) return NEVER;
      throw error;
    }
  }

  /** What of the dead process's code still runs here must do nothing more. */
  #mortal(tx: Tx): Tx {
    return { ...tx, query: async <Row>(text: string, parameters?: readonly unknown[]) => (this.#isDead ? NEVER : tx.query<Row>(text, parameters)) };
  }
}
