import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { AddressRefusedError } from './address-guard.ts';
import type { HttpRequest, HttpResponse } from './port.ts';

/** An exchange that brought no complete answer. */
export interface ExchangeFailure {
  readonly kind: 'failure';
  /** `before_request`: no byte of the request was written, and none will be. */
  readonly stage: 'before_request' | 'after_request';
  readonly cause: 'deadline' | 'too_large' | 'address_refused' | 'network';
  readonly reason: string;
}

export interface ExchangeLimits {
  /** Of everything: waiting for a connection, connecting, sending, reading. Milliseconds. */
  readonly deadlineMs: number;
  readonly maxResponseBytes: number;
  /** Whether the body of an answer with this status is wanted; an unwanted one is not read. */
  readonly wantsBody?: (status: number) => boolean;
  /** Takes the body piece by piece instead of its being gathered; the next one waits until it resolves. The answer's own body is empty then. */
  readonly sink?: (piece: Buffer) => Promise<void>;
}

/** Longest part of a reason: a certificate error can list hundreds of names. */
const MAX_REASON_LENGTH = 300;

function causeOf(error: Error): Error {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0];
  return error;
}

/** Code and words of an error. Network errors name host and port, never path, query or headers. */
function describe(error: Error): string {
  const cause = causeOf(error);
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
  return `${code}: ${cause.message}`.slice(0, MAX_REASON_LENGTH);
}

function joinHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) joined[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return joined;
}

/**
 * Reads one exchange. undici calls `onRequestStart` with the connection established and immediately before it writes the first
 * byte, so a failure before that call is proven unsent; and an exchange that was given up before that call refuses to start.
 */
class Exchange implements Dispatcher.DispatchHandler {
  readonly outcome: Promise<HttpResponse | ExchangeFailure>;
  readonly #limits: ExchangeLimits;
  readonly #settle: (outcome: HttpResponse | ExchangeFailure) => void;
  readonly #timer: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | undefined;
  #settled = false;
  #status = 0;
  #headers: Record<string, string> = {};
  #chunks: Buffer[] = [];
  #size = 0;
  #sinking: Promise<void> = Promise.resolve();

  constructor(limits: ExchangeLimits) {
    const { promise, resolve } = Promise.withResolvers<HttpResponse | ExchangeFailure>();
    this.outcome = promise;
    this.#limits = limits;
    this.#settle = resolve;
    this.#timer = setTimeout(() => this.#giveUp('deadline', `no complete answer within ${limits.deadlineMs} ms`), limits.deadlineMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#settled) return controller.abort(new Error('given up before it was sent'));
    this.#controller = controller;
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: Record<string, string | string[] | undefined>): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = joinHeaders(headers);
    if (this.#limits.wantsBody?.(status) === false) {
      this.#finish(this.#response());
      return controller.abort(new Error('the body is not wanted'));
    }
    const announced = Number(this.#headers['content-length'] ?? 0);
    if (announced > this.#limits.maxResponseBytes) this.#giveUp('too_large', `the answer announces ${announced} bytes`);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    // undici gives an empty piece when it goes on and nothing has come meanwhile. Pausing for that and going on at once, as often as one can
    // without the event loop, would hold up the whole process for ever.
    if (chunk.length === 0) return;
    this.#size += chunk.length;
    if (this.#size > this.#limits.maxResponseBytes)
      return this.#giveUp('too_large', `the answer is larger than ${this.#limits.maxResponseBytes} bytes`);
    if (this.#limits.sink === undefined) return void this.#chunks.push(chunk);
    controller.pause();
    this.#sinking = this.#limits.sink(chunk).then(
      () => controller.resume(),
      (error: unknown) => this.#giveUp('network', `the body could not be taken: ${String(error)}`),
    );
  }

  onResponseEnd(): void {
    void this.#sinking.then(() => this.#finish(this.#response()));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#finish(this.#failure(error instanceof AddressRefusedError ? 'address_refused' : 'network', describe(error)));
  }

  #response(): HttpResponse {
    return { kind: 'response', status: this.#status, headers: this.#headers, body: Buffer.concat(this.#chunks) };
  }

  #failure(cause: ExchangeFailure['cause'], reason: string): ExchangeFailure {
    return { kind: 'failure', stage: this.#controller === undefined ? 'before_request' : 'after_request', cause, reason };
  }

  #giveUp(cause: ExchangeFailure['cause'], reason: string): void {
    this.#finish(this.#failure(cause, reason));
    this.#controller?.abort(new Error(reason));
  }

  #finish(outcome: HttpResponse | ExchangeFailure): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#chunks = [];
    this.#settle(outcome);
  }
}

function sent({ headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body?: HttpRequest['body'] }): Pick<Dispatcher.DispatchOptions, 'headers' | 'body'> {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) return { headers, body: body ?? null };
  return { headers: { ...headers, 'content-length': String(body.sizeBytes) }, body: Readable.from(body.open(), { objectMode: false }) };
}

/** Sends one request over a dispatcher and reads the answer within the limits. No redirect, no retry, no decoding. Never throws. */
export function exchange(
  dispatcher: Dispatcher,
  request: Pick<HttpRequest, 'method' | 'body' | 'visible'> & { readonly url: URL; readonly headers: Readonly<Record<string, string>> },
  limits: ExchangeLimits,
): Promise<HttpResponse | ExchangeFailure> {
  const running = new Exchange(limits);
  dispatcher.dispatch(
    {
      origin: request.url.origin,
      path: `${request.url.pathname}${request.url.search}`,
      method: request.method,
      ...sent(request),
      reset: request.visible === true,
      // The deadline of the exchange is the only clock.
      headersTimeout: 0,
      bodyTimeout: 0,
    },
    running,
  );
  return running.outcome;
}
