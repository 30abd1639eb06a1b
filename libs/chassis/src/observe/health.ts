/** One thing that has to be well for a service to do its work. Cheap: it is asked for every few seconds. */
export interface HealthCheck {
  /** Unique within its service; also the name in the answer of `/health/ready`. */
  readonly name: string;
  /** Undefined when all is well, otherwise one sentence why not. It is shown to anyone, so it names no project, no account and no address. */
  check(): Promise<string | undefined>;
}

/** The check that decides, beside a shutdown, whether a process can take requests. */
export const DATABASE_CHECK = 'database';

/** Whether the service's database answers, over the same pool as its work. */
export function databaseCheck(work: { system<T>(task: (tx: { query<Row>(text: string): Promise<Row[]> }) => Promise<T>): Promise<T> }): HealthCheck {
  return {
    name: DATABASE_CHECK,
    async check() {
      await work.system((tx) => tx.query('select 1'));
      return undefined;
    },
  };
}

/** How long something may be late before its check is red. With a probe every 10 seconds, red comes within 30 of the fault. Milliseconds. */
export const LATE_MS = 20_000;

/** Seconds for a sentence, e.g. `31 s`. */
export function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
