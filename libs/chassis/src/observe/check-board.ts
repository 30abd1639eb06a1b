import { isDatabaseUnavailable } from '../database/connect.ts';
import type { Logger } from '../logging.ts';
import type { HealthCheck } from './health.ts';

/** Carries out checks, each once at a time, and logs when one turns red or green: the probes themselves leave no line. */
export class CheckBoard {
  readonly #logger: Logger;
  readonly #running = new Map<HealthCheck, Promise<string | undefined>>();
  readonly #red = new Map<string, string>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Throws the sentence when the check is red. */
  async pass(name: string, check: HealthCheck): Promise<void> {
    const sentence = await this.#once(name, check);
    const before = this.#red.get(name);
    if (sentence === undefined) {
      this.#red.delete(name);
      if (before !== undefined) this.#logger.info({ check: name }, 'A health check is green again.');
      return;
    }
    this.#red.set(name, sentence);
    if (before === undefined) this.#logger.warn({ check: name, sentence }, 'A health check is red.');
    throw new Error(sentence);
  }

  /** One that hangs holds a database connection; a second one beside it would take another. */
  async #once(name: string, check: HealthCheck): Promise<string | undefined> {
    const running = this.#running.get(check) ?? this.#carryOut(name, check).finally(() => this.#running.delete(check));
    this.#running.set(check, running);
    return running;
  }

  /** Why a check itself failed is for the log: the answer is shown to anyone. */
  async #carryOut(name: string, check: HealthCheck): Promise<string | undefined> {
    try {
      return await check.check();
    } catch (error) {
      if (isDatabaseUnavailable(error)) return 'The database does not answer.';
      this.#logger.warn({ check: name, err: error }, 'A health check failed.');
      return 'The check failed; the log says why.';
    }
  }
}
