import { z } from 'zod';
import {
  bodyText,
  clampInstant,
  epochSecondsHeader,
  retryAfterMs,
  type ErrorRule,
  type ErrorTable,
  type HttpResponse,
  type Refused,
  type Unknown,
  type Unsent,
} from '../kit/index.ts';

const errorSchema = z.object({ message: z.string(), code: z.int().optional(), errors: z.unknown().optional() });
const limitedSchema = z.object({ message: z.string(), retry_after: z.number().optional(), global: z.boolean().optional() });
const formErrorSchema = z.object({ _errors: z.array(z.object({ message: z.string() })) });
const MAX_DEPTH = 8;

/** The messages within a nested `errors` object, each with the path of its field. */
function formMessages(errors: unknown, path = '', depth = 0): string[] {
  const own = formErrorSchema.safeParse(errors);
  if (own.success) return own.data._errors.map((error) => `${path}: ${error.message}`);
  const nested = z.record(z.string(), z.unknown()).safeParse(errors);
  if (!nested.success || depth > MAX_DEPTH) return [];
  return Object.entries(nested.data).flatMap(([name, value]) => formMessages(value, path === '' ? name : `${path}.${name}`, depth + 1));
}

/** Cloudflare stands before Discord and answers by itself, in HTML, when an address sent too many bad requests. */
function isCloudflare(response: HttpResponse): boolean {
  if (response.status !== 403 && response.status !== 429) return false;
  return (
    /cloudflare/i.test(response.headers['server'] ?? '') && /^\s*<|cloudflare|error code: 1015/i.test(bodyText(response).slice(0, 500))
  );
}

function describe(body: unknown, response: HttpResponse): { readonly code: string; readonly message: string } | undefined {
  const parsed = errorSchema.safeParse(body);
  if (!parsed.success) return isCloudflare(response) ? { code: 'cloudflare', message: 'Cloudflare blocks this address.' } : undefined;
  const { message, code, errors } = parsed.data;
  if (response.status === 429) {
    const isGlobal = limitedSchema.safeParse(body).data?.global === true || response.headers['x-ratelimit-scope'] === 'global';
    return { code: isGlobal ? 'global' : String(code ?? 'rate_limited'), message };
  }
  const details = formMessages(errors);
  return { code: String(code ?? response.status), message: details.length === 0 ? message : `${message}: ${details.join(' ')}` };
}

/** `Retry-After`, else `retry_after` of the body (seconds, decimals), else the reset of the bucket. */
function until(response: HttpResponse, nowMs: number): number | undefined {
  const header = retryAfterMs(response, nowMs);
  if (header !== undefined) return header;
  const body = limitedSchema.safeParse(parseJson(bodyText(response))).data?.retry_after;
  if (body !== undefined) return clampInstant(nowMs + body * 1000, nowMs);
  return epochSecondsHeader(response, 'x-ratelimit-reset', nowMs);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const rules: readonly ErrorRule[] = [
  { name: 'Cloudflare blocks the address (403)', status: 403, code: 'cloudflare', category: 'rate_limited', limitOf: 'platform' },
  { name: 'Cloudflare blocks the address (429)', status: 429, code: 'cloudflare', category: 'rate_limited', limitOf: 'platform' },
  { name: 'webhook deleted', status: 404, code: '10015', category: 'reconnect_required' },
  { name: 'webhook token wrong', status: 401, code: '50027', category: 'reconnect_required' },
  { name: 'channel unknown', status: 404, code: '10003', category: 'content_rejected' },
  { name: 'message unknown', status: 404, code: '10008', category: 'content_rejected' },
  { name: 'invalid form', status: 400, code: '50035', category: 'content_rejected' },
  { name: 'empty message', status: 400, code: '50006', category: 'content_rejected' },
  { name: 'request too large', status: [400, 413], code: '40005', category: 'media_rejected' },
  { name: 'request too large, in the words of something before Discord', status: 413, category: 'media_rejected' },
  { name: 'file too large', status: 400, code: '50045', category: 'media_rejected' },
  { name: 'file invalid', status: 400, code: '50046', category: 'media_rejected' },
  { name: 'too many attachments', status: 400, code: '30015', category: 'media_rejected' },
  { name: 'sending disabled for now', status: [400, 403], code: '40004', category: 'transient' },
  { name: 'resource rate limited', status: [400, 429], code: '40062', category: 'rate_limited' },
  { name: 'channel write limit', status: [400, 429], code: '20028', category: 'rate_limited' },
  { name: 'global rate limit', status: 429, code: 'global', category: 'rate_limited', limitOf: 'platform' },
  { name: 'rate limited', status: 429, category: 'rate_limited' },
];

/** How Discord refuses (discord-api-docs: topics/opcodes-and-status-codes, topics/rate-limits). */
export const errors: ErrorTable = { rules, describe, until };

/** The webhook's message is not there, or not any more. */
export const isUnknownMessage = (answer: HttpResponse | Refused | Unsent | Unknown): boolean => answer.kind === 'refused' && answer.httpStatus === 404 && answer.code === '10008';
