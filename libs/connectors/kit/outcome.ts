import type { RefusalCategory } from '@plaza/contracts';
import { bodyJson, bodyText, isSuccess, type HttpOutcome, type HttpResponse } from './http.ts';

/** A documented "no": nothing was made visible. */
export interface Refused {
  readonly kind: 'refused';
  readonly category: RefusalCategory;
  /** The platform's own code, e.g. `36000/2207004`, `50035`, `InvalidRequest`. */
  readonly code: string;
  /** The platform's own words, for the ledger. Never holds a secret. */
  readonly message: string;
  readonly httpStatus?: number;
  /** For `rate_limited` and `quota_exhausted`: not before this instant (epoch milliseconds); absent when the platform did not say. */
  readonly untilMs?: number;
  /** Whose limit it is. Default: the account's. */
  readonly limitOf?: 'account' | 'app' | 'platform';
}

/**
 * The platform's verdict on a publication that it had accepted: it will not become visible. Its category is read as a refusal's is, so
 * one that may pass another time is sent again.
 */
export interface Rejected {
  readonly kind: 'rejected';
  readonly category: RefusalCategory;
  /** The platform's own code and words, as a refusal has them. */
  readonly code: string;
  readonly message: string;
  /** As a refusal's. */
  readonly untilMs?: number;
}

/** No byte left this machine. */
export interface Unsent {
  readonly kind: 'unsent';
  readonly reason: string;
}

/** It may have been made visible. */
export interface Unknown {
  readonly kind: 'unknown';
  readonly reason: string;
  readonly httpStatus?: number;
}

/** A row of a connector's error table: when it matches, the answer is a documented refusal. */
export interface ErrorRule {
  /** What it is, in a few words; the test row bears this name. */
  readonly name: string;
  readonly status?: number | readonly number[];
  /** The platform's code as `codeOf` of the table reads it. */
  readonly code?: string | readonly string[];
  /** Matched against the platform's message, case-insensitive. */
  readonly message?: RegExp;
  readonly category: RefusalCategory;
  readonly limitOf?: 'account' | 'app' | 'platform';
}

/** How one platform's refusals are read. */
export interface ErrorTable {
  readonly rules: readonly ErrorRule[];
  /** Reads the platform's code and message from an error body, or undefined when the body is not of the platform's error shape. */
  describe(body: unknown, response: HttpResponse): { readonly code: string; readonly message: string } | undefined;
  /** Reads from headers and body until when to wait (epoch milliseconds), for rate limits and quotas. */
  until?(response: HttpResponse, nowMs: number): number | undefined;
}

function matches(rule: ErrorRule, status: number, code: string, message: string): boolean {
  const statuses = rule.status === undefined ? undefined : [rule.status].flat();
  if (statuses !== undefined && !statuses.includes(status)) return false;
  const codes = rule.code === undefined ? undefined : [rule.code].flat();
  if (codes !== undefined && !codes.includes(code)) return false;
  return rule.message === undefined || rule.message.test(message);
}

/**
 * Reads an answer that is not a success. A documented error is a refusal; any other 4xx of the platform's error shape is
 * `platform_error`; a 429 is always `rate_limited`. A 5xx, a redirect or a body of another shape is `unknown`: what made it may have acted.
 */
export function readRefusal(table: ErrorTable, response: HttpResponse, nowMs: number): Refused | Unknown {
  const { status } = response;
  const described = table.describe(bodyJson(response), response);
  const code = described?.code ?? String(status);
  const message = described?.message ?? bodyText(response).slice(0, 200);
  const rule = table.rules.find((candidate) => matches(candidate, status, code, message));
  const category = rule?.category ?? (status === 429 ? 'rate_limited' : undefined) ?? fallback(status, described !== undefined);
  if (category === undefined) return { kind: 'unknown', reason: `HTTP ${status}: ${message}`, httpStatus: status };
  const untilMs = category === 'rate_limited' || category === 'quota_exhausted' ? table.until?.(response, nowMs) : undefined;
  return {
    kind: 'refused',
    category,
    code,
    message,
    httpStatus: status,
    ...(untilMs === undefined ? {} : { untilMs }),
    ...(rule?.limitOf === undefined ? {} : { limitOf: rule.limitOf }),
  };
}

function fallback(status: number, isPlatformShape: boolean): RefusalCategory | undefined {
  if (status >= 400 && status < 500 && isPlatformShape) return 'platform_error';
  return undefined;
}

/** Turns what is not a 2xx answer into an outcome; a 2xx answer comes back for the connector to parse. */
export function screen(outcome: HttpOutcome, table: ErrorTable, nowMs: number): HttpResponse | Refused | Unsent | Unknown {
  if (outcome.kind === 'unsent') return { kind: 'unsent', reason: outcome.reason };
  if (outcome.kind === 'unknown') return { kind: 'unknown', reason: outcome.reason };
  if (isSuccess(outcome)) return outcome;
  return readRefusal(table, outcome, nowMs);
}

/**
 * For calls that make nothing visible (uploads, containers, look-ups): what is unknown or unsent may simply be tried again,
 * so both become a `transient` refusal.
 */
export function harmless(outcome: Refused | Unsent | Unknown): Refused {
  if (outcome.kind === 'refused') return outcome;
  return {
    kind: 'refused',
    category: 'transient',
    code: outcome.kind,
    message: outcome.reason,
    ...(outcome.kind === 'unknown' && outcome.httpStatus !== undefined ? { httpStatus: outcome.httpStatus } : {}),
  };
}
