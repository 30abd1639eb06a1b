import { Agent, buildConnector, Client } from 'undici';
import type { AddressGuard } from './address-guard.ts';
import { exchange, type ExchangeFailure } from './exchange.ts';
import type { Http, HttpOutcome, HttpRequest, HttpResponse } from './port.ts';

const DEFAULT_DEADLINE_MS = 30_000;
const DEFAULT_MAX_RESPONSE_BYTES = 10 * 1024 * 1024;

export interface HttpOptions {
  /** Longest time of an exchange whose request names none. Milliseconds; default 30 seconds. */
  readonly deadlineMs?: number;
  /** Default 10 MiB. */
  readonly maxResponseBytes?: number;
  readonly userAgent: string;
  /** Needed wherever a user can choose the address. */
  readonly guard?: AddressGuard;
}

function toOutcome(result: HttpResponse | ExchangeFailure): HttpOutcome {
  if (result.kind === 'response') return result;
  return { kind: result.stage === 'before_request' ? 'unsent' : 'unknown', reason: result.reason };
}

function parseUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url : undefined;
}

/**
 * The HTTP client of the connectors. `unsent` is given only when no byte of the request was written: name resolution, connecting and
 * TLS happen before that. Everything later that is not a complete answer is `unknown`. A redirect is an answer like any other.
 * Visible calls have a connection of their own, because a stale kept-alive one would make a harmless failure look like an unknown.
 * `close` waits for what is running, which its deadlines bound.
 */
export function createHttp(options: HttpOptions): Http & { close(): Promise<void> } {
  const connect = options.guard?.connect ?? buildConnector({ allowH2: false });
  const shared = new Agent({ connect, allowH2: false });
  const running = new Set<Promise<HttpOutcome>>();
  const limitsOf = (request: HttpRequest) => ({
    deadlineMs: request.deadlineMs ?? options.deadlineMs ?? DEFAULT_DEADLINE_MS,
    maxResponseBytes: options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES,
  });
  const sendVisible = async (request: HttpRequest, target: Parameters<typeof exchange>[1]): Promise<HttpOutcome> => {
    const client = new Client(target.url.origin, { connect, pipelining: 1, allowH2: false });
    const result = await exchange(client, target, limitsOf(request));
    await client.destroy();
    return toOutcome(result);
  };
  const perform = async (request: HttpRequest): Promise<HttpOutcome> => {
    const url = parseUrl(request.url);
    if (url === undefined) return { kind: 'unsent', reason: 'not an http or https URL' };
    const refusal = options.guard?.refuse(url);
    if (refusal !== undefined) return { kind: 'unsent', reason: refusal };
    const headers = { 'user-agent': options.userAgent, 'accept-encoding': 'identity', ...request.headers };
    const target = { method: request.method, url, headers, ...(request.body === undefined ? {} : { body: request.body }) };
    if (request.visible === true) return sendVisible(request, { ...target, visible: true });
    return toOutcome(await exchange(shared, target, limitsOf(request)));
  };
  return {
    send: (request) => {
      const outcome = perform(request);
      running.add(outcome);
      return outcome.finally(() => running.delete(outcome));
    },
    close: async () => {
      await Promise.allSettled(running);
      await shared.close();
    },
  };
}
