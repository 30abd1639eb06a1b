import type { z } from 'zod';
import { bodyText, formBody, harmless, screen, withQuery, type CallContext, type ErrorTable, type HttpRequest, type HttpResponse, type Refused } from '../kit/index.ts';

/** Version of the Graph API that the connectors speak: of 2026-02-18, served until 2028-07-29 (Graph API changelog). */
export const GRAPH_VERSION = 'v25.0';

export type GraphFields = Readonly<Record<string, string | undefined>>;

/** Meta's ids stand as bare numbers above 2^53 in some answers; `JSON.parse` would round them to another account's. */
const BARE_ID = /("(?:user_id|id)"\s*:\s*)(\d+)/g;

/**
 * The body as JSON with every id as text, or undefined when it is not JSON. An `"id":` inside a text has its quotes escaped, so it
 * never matches.
 */
export function graphJson(response: HttpResponse): unknown {
  try {
    return JSON.parse(bodyText(response).replace(BARE_ID, '$1"$2"'));
  } catch {
    return undefined;
  }
}

/** A GET of the Graph API. `base` is a host with its version; the token goes in the query, where the documentation has it. */
export function graphGet(base: string, path: string, query: GraphFields, accessToken: string): HttpRequest {
  return { method: 'GET', url: withQuery(`${base}/${path}`, { ...query, access_token: accessToken }) };
}

/** A POST of the Graph API with form fields. */
export function graphPost(base: string, path: string, fields: GraphFields, accessToken: string): HttpRequest {
  return {
    method: 'POST',
    url: `${base}/${path}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: formBody({ ...fields, access_token: accessToken }),
  };
}

/** A DELETE of the Graph API. */
export function graphDelete(base: string, path: string, accessToken: string): HttpRequest {
  return { method: 'DELETE', url: withQuery(`${base}/${path}`, { access_token: accessToken }) };
}

/** Sends a call that makes nothing visible and reads its answer; whatever is not a success of the expected shape is a refusal. */
export async function ask<T>(
  context: CallContext,
  request: HttpRequest,
  schema: z.ZodType<T>,
  errors: ErrorTable,
): Promise<{ readonly kind: 'answer'; readonly value: T } | Refused> {
  const answer = screen(await context.http.send(request), errors, context.nowMs);
  if (answer.kind !== 'response') return harmless(answer);
  const parsed = schema.safeParse(graphJson(answer));
  if (parsed.success) return { kind: 'answer', value: parsed.data };
  return harmless({ kind: 'unknown', reason: 'an answer of an unknown shape', httpStatus: answer.status });
}

/** Whether Meta says that there is no such object, or none that the token reaches. */
export const isMissing = (refused: Refused): boolean => refused.code === '100/33';
