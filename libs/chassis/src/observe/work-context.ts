import { AsyncLocalStorage } from 'node:async_hooks';

/** What a piece of work belongs to. Log lines, events and calls to other services carry it. */
export interface WorkContext {
  readonly traceparent: string;
  /** Absent for work that no request waits for, e.g. a publication. */
  readonly requestId?: string;
}

const storage = new AsyncLocalStorage<WorkContext | undefined>();

/** Runs `work` as belonging to `context`. Undefined: as belonging to nothing, e.g. for what many requests share. */
export function runInWork<T>(context: WorkContext | undefined, work: () => T): T {
  return storage.run(context, work);
}

/** What the current work belongs to, or undefined. */
export function currentWork(): WorkContext | undefined {
  return storage.getStore();
}

/** The fields of every log line that is written within a piece of work. */
export function workFields(): { readonly requestId?: string; readonly traceId?: string } {
  const work = currentWork();
  if (work === undefined) return {};
  return { ...(work.requestId === undefined ? {} : { requestId: work.requestId }), traceId: work.traceparent.slice(3, 35) };
}
