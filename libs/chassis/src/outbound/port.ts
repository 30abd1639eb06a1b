/**
 * The way out, as the connectors' kit defines it. The shapes are declared again because this library may not import the connectors;
 * `port.spec.ts` holds the two together.
 */

/** The body of a request that is read while it is sent. `open` may be called again, for another try. */
export interface HttpBody {
  readonly sizeBytes: number;
  open(): AsyncIterable<Uint8Array>;
}

/** One HTTP request. `url` is absolute; header names are lower case. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | HttpBody;
  /** True for a call that makes something visible: it gets a fresh connection of its own. */
  readonly visible?: boolean;
  /** Longest time of the whole exchange, connecting included. Milliseconds. */
  readonly deadlineMs?: number;
}

/** An answer, complete. Header names are lower case; of a repeated header the values are joined by a comma. */
export interface HttpResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** No byte of the request left this machine. */
export interface HttpUnsent {
  readonly kind: 'unsent';
  readonly reason: string;
}

/** The request may have been acted upon. */
export interface HttpUnknown {
  readonly kind: 'unknown';
  readonly reason: string;
}

export type HttpOutcome = HttpResponse | HttpUnsent | HttpUnknown;

/** The way to a platform. Never throws for network reasons: what happened is the returned value. */
export interface Http {
  send(request: HttpRequest): Promise<HttpOutcome>;
}
