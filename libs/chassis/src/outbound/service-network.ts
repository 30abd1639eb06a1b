import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { types } from 'node:util';
import { failure, type Failure, type ServiceName } from '@plaza/contracts';
import { Agent, request as send, type Dispatcher } from 'undici';
import type { ServiceTransport } from '../http/internal-client.ts';
import { MAX_BODY_BYTES } from '../http/limits.ts';

/** Base URLs of each service's replicas, without a trailing slash. */
export type ServiceAddresses = ReadonlyMap<ServiceName | 'sandbox', readonly string[]>;

/** How long a service may be away, e.g. while it starts anew, before its callers are told. Milliseconds. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 50;
/** Longer than the longest wait for an outcome that a request may ask for. Milliseconds. */
const ANSWER_TIMEOUT_MS = 120_000;
/** Connections at rest are given up well before the other side does, so that none is used in the moment of its end. */
const REST_MS = 3_000;
/** A replica that ends a connection with its answer is about to stop; for so long it is asked only when no other is there. Milliseconds. */
const LEAVING_MS = 10_000;
/** Failures that happen before the first byte of a request is written: to try again is always safe. */
const UNSENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);
/** Headers of one connection and not of the message (RFC 9110, 7.6.1). */
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'expect'];

type Answer = Dispatcher.ResponseData;

interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string | string[]>;
  /** What is read while it is sent cannot be sent twice. */
  readonly body?: Buffer | string | IncomingMessage;
}

/** The network between the services: inner calls, and the gateway's requests handed on. */
export class ServiceNetwork implements ServiceTransport {
  readonly #addresses: ServiceAddresses;
  readonly #agent = new Agent({ keepAliveTimeout: REST_MS, keepAliveMaxTimeout: REST_MS, headersTimeout: ANSWER_TIMEOUT_MS, bodyTimeout: ANSWER_TIMEOUT_MS, allowH2: false });
  /** Until when a replica counts as about to stop, by its base URL. */
  readonly #leavingUntilMs = new Map<string, number>();
  #turn = 0;

  constructor(addresses: ServiceAddresses) {
    this.#addresses = addresses;
  }

  async call(service: ServiceName, request: Parameters<ServiceTransport['call']>[1]): Promise<{ status: number; body: string }> {
    const answer = await this.#exchange(service, { ...request, headers: { ...request.headers } });
    return { status: answer.statusCode, body: await answer.body.text() };
  }

  /** Hands a request on and writes its answer; resolves to a failure when nothing was written, because there is no answer to write. */
  async forward({ service, streamsBody }: { readonly service: ServiceName | 'sandbox'; readonly streamsBody?: true }, incoming: IncomingMessage, outgoing: ServerResponse): Promise<Failure | undefined> {
    const body = streamsBody === true ? incoming : await readBody(incoming);
    if (body === 'too_large') return failure('request.too_large');
    const isEmpty = Buffer.isBuffer(body) && body.length === 0;
    const call = { method: incoming.method ?? 'GET', url: incoming.url ?? '/', headers: endToEnd(incoming.headers), ...(isEmpty ? {} : { body }) };
    const answer = await this.#exchange(service, call).catch(() => undefined);
    if (answer === undefined) return failure('internal.unavailable', { retryAfterSeconds: 2 });
    outgoing.writeHead(answer.statusCode, endToEnd(answer.headers));
    // A half written answer cannot be taken back: the caller sees a broken connection.
    answer.body.on('error', () => outgoing.destroy()).pipe(outgoing);
    return undefined;
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  /** Tries the replicas in turn for as long as nothing was sent. What may have been received is tried again only when it changes nothing. */
  async #exchange(service: ServiceName | 'sandbox', call: Call): Promise<Answer> {
    const addresses = this.#inTurn(this.#addresses.get(service) ?? []);
    if (addresses.length === 0) throw new Error(`No address of ${service} is set.`);
    const giveUpAtMs = Date.now() + PATIENCE_MS;
    for (let attempt = 0; ; attempt += 1) {
      const base = addresses[attempt % addresses.length] ?? '';
      try {
        const { method, headers, body = null } = call;
        const answer = await send(base + call.url, { dispatcher: this.#agent, method: method as Dispatcher.HttpMethod, headers, body });
        if (answer.headers['connection'] === 'close') this.#leavingUntilMs.set(base, Date.now() + LEAVING_MS);
        return answer;
      } catch (error) {
        const isSpent = call.body !== undefined && typeof call.body === 'object' && !Buffer.isBuffer(call.body);
        const mayTryAgain = !isSpent && (UNSENT.has(codeOf(error)) || (call.method === 'GET' && attempt < addresses.length + 1));
        if (!mayTryAgain || Date.now() > giveUpAtMs) throw error;
      }
      if ((attempt + 1) % addresses.length === 0) await delay(PAUSE_MS);
    }
  }

  /**
   * Every address, each call beginning with another one, those about to stop last: what waits to be accepted when a replica stops
   * listening is reset, and no one can tell whether it was received.
   */
  #inTurn(addresses: readonly string[]): readonly string[] {
    const first = (this.#turn += 1) % Math.max(1, addresses.length);
    const isLeaving = (base: string): boolean => Date.now() < (this.#leavingUntilMs.get(base) ?? 0);
    return [...addresses.slice(first), ...addresses.slice(0, first)].sort((one, other) => Number(isLeaving(one)) - Number(isLeaving(other)));
  }
}

async function readBody(incoming: IncomingMessage): Promise<Buffer | 'too_large'> {
  if (Number(incoming.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return 'too_large';
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return 'too_large';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function endToEnd(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) if (value !== undefined && !HOP_BY_HOP.includes(name)) kept[name] = value;
  return kept;
}

function codeOf(error: unknown): string {
  // Errors of sockets are made by Node itself, whose `Error` need not be the one of this module.
  if (!types.isNativeError(error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause === undefined ? '' : codeOf(error.cause);
}
