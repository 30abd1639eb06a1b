import { inspect } from 'node:util';

const MASK = '[secret]';

/** A text that must not be seen by accident: it prints as `[secret]` in logs, JSON, templates and inspection. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself. Call it where the secret leaves for its one purpose, nowhere else. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
