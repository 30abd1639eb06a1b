import { fail, ok, type Result } from '@plaza/contracts';
import { Agent } from 'undici';
import type { AddressGuard } from './address-guard.ts';
import { exchange, type ExchangeFailure } from './exchange.ts';
import type { HttpResponse } from './port.ts';

/** What was fetched from an address that a user supplied. */
export interface FetchedBytes {
  readonly bytes: Uint8Array;
  /** The `content-type` header as it came: a claim, not a fact. Null when there was none. */
  readonly contentType: string | null;
  /** Where the bytes came from after redirects. */
  readonly finalUrl: string;
}

export interface FetchFailure {
  readonly kind: 'address_refused' | 'unreachable' | 'too_large' | 'timeout' | 'bad_status' | 'redirect';
  readonly message: string;
}

export interface FetchLimits {
  readonly maxBytes: number;
  /** Over all redirects together. Milliseconds. */
  readonly deadlineMs: number;
  /** Default 3. */
  readonly maxRedirects?: number;
}

export interface GuardedFetch {
  fetchBytes(url: string, limits: FetchLimits): Promise<Result<FetchedBytes, FetchFailure>>;
  /** The same, handing the bytes to `sink` piece by piece; it has had a part of them when this fails. Resolves to where they came from. */
  fetchInto(url: string, limits: FetchLimits, sink: (piece: Buffer) => Promise<void>): Promise<Result<Omit<FetchedBytes, 'bytes'>, FetchFailure>>;
  close(): Promise<void>;
}

const DEFAULT_MAX_REDIRECTS = 3;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const isSuccess = (status: number): boolean => status >= 200 && status < 300;

const KIND_OF = {
  deadline: 'timeout',
  too_large: 'too_large',
  address_refused: 'address_refused',
  network: 'unreachable',
} as const satisfies Record<ExchangeFailure['cause'], FetchFailure['kind']>;

function read(url: URL, answer: HttpResponse): Result<FetchedBytes, FetchFailure> {
  if (!isSuccess(answer.status)) return fail({ kind: 'bad_status', message: `${url.host} answered HTTP ${answer.status}` });
  return ok({ bytes: answer.body, contentType: answer.headers['content-type'] ?? null, finalUrl: url.href });
}

/** Fetches from addresses that users supplied. Every redirect is judged like the first address; only GET, no cookies, no decoding. */
export function createGuardedFetch(options: { readonly guard: AddressGuard; readonly userAgent: string }): GuardedFetch {
  const { guard } = options;
  const agent = new Agent({ connect: guard.connect, allowH2: false });
  const headers = { 'user-agent': options.userAgent, accept: '*/*', 'accept-encoding': 'identity' };

  const follow = async (first: string, limits: FetchLimits, sink?: (piece: Buffer) => Promise<void>): Promise<Result<FetchedBytes, FetchFailure>> => {
    const endMs = performance.now() + limits.deadlineMs;
    const maxRedirects = limits.maxRedirects ?? DEFAULT_MAX_REDIRECTS;
    let url = URL.canParse(first) ? new URL(first) : undefined;
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      if (url === undefined) return fail({ kind: 'address_refused', message: 'not a URL' });
      const refusal = guard.refuse(url);
      if (refusal !== undefined) return fail({ kind: 'address_refused', message: refusal });
      const deadlineMs = Math.max(1, Math.ceil(endMs - performance.now()));
      const answer = await exchange(
        agent,
        { method: 'GET', url, headers },
        { deadlineMs, maxResponseBytes: limits.maxBytes, wantsBody: isSuccess, ...(sink === undefined ? {} : { sink }) },
      );
      if (answer.kind === 'failure') return fail({ kind: KIND_OF[answer.cause], message: answer.reason });
      const { location } = answer.headers;
      if (!REDIRECTS.has(answer.status) || location === undefined) return read(url, answer);
      url = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
    }
    return fail({ kind: 'redirect', message: `more than ${maxRedirects} redirects` });
  };
  return {
    fetchBytes: (url, limits) => follow(url, limits),
    fetchInto: async (url, limits, sink) => {
      const fetched = await follow(url, limits, sink);
      return fetched.ok ? ok({ contentType: fetched.value.contentType, finalUrl: fetched.value.finalUrl }) : fetched;
    },
    close: () => agent.close(),
  };
}
