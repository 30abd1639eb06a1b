/**
 * Named points at which a test can have the process kill itself as a power cut would: no handlers, no flush. In production the name is
 * never set and the call does nothing.
 */
export class CrashPoints {
  readonly #name: string | undefined;
  #remaining: number;

  /** `at` is `name` or `name:n`: at the n-th passing. */
  constructor(at: string | undefined) {
    const [name, count] = (at ?? '').split(':');
    this.#name = name === '' ? undefined : name;
    this.#remaining = Number(count ?? '1');
  }

  pass(name: string): void {
    if (name !== this.#name) return;
    this.#remaining -= 1;
    if (this.#remaining === 0) process.kill(process.pid, 'SIGKILL');
  }
}
