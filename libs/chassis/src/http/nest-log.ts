import type { LoggerService } from '@nestjs/common';
import type { Logger } from '../logging.ts';

/** Nest's own words in the service's log; its start-up chatter is debug. */
export class NestLog implements LoggerService {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  log(message: unknown): void {
    this.#logger.debug({ nest: message }, 'Nest');
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.#logger.error({ nest: message, rest }, 'Nest');
  }

  warn(message: unknown): void {
    this.#logger.warn({ nest: message }, 'Nest');
  }

  debug(message: unknown): void {
    this.#logger.debug({ nest: message }, 'Nest');
  }
}
