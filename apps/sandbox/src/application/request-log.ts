/** One request that the sandbox saw. It holds neither headers nor bodies, and `path` is masked. */
export interface SeenRequest {
  readonly platform: string;
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly operation: string;
  /** The status answered; null when the connection was dropped. */
  readonly status: number | null;
  /** The kind of fault that hit it. */
  readonly fault?: string;
  readonly atMs: number;
}

const MAX_REQUESTS = 1000;

/** The last 1,000 requests, in memory only. */
export class RequestLog {
  readonly #seen: SeenRequest[] = [];

  add(request: SeenRequest): void {
    this.#seen.push(request);
    if (this.#seen.length > MAX_REQUESTS) this.#seen.shift();
  }

  /** Oldest first. */
  list(filter: { readonly platform?: string | undefined; readonly operation?: string | undefined }): SeenRequest[] {
    return this.#seen.filter(
      (seen) => (filter.platform ?? seen.platform) === seen.platform && (filter.operation ?? seen.operation) === seen.operation,
    );
  }
}
