import { formBody, harmless, screen, withQuery, type CallContext, type HttpRequest, type Refused } from '../kit/index.ts';
import type { z } from 'zod';
import { errors } from './errors.ts';
import { graphJson } from './schemas.ts';

/** Of 2026-02-18, served until 2028-07-29 (Graph API changelog). */
const VERSION = 'v25.0';

/** A GET of the Graph API; the token goes in the query, where the documentation has it. */
export function graphGet(
  context: Pick<CallContext, 'hosts'>,
  path: string,
  query: Readonly<Record<string, string | undefined>>,
  accessToken: string,
): HttpRequest {
  return { method: 'GET', url: withQuery(`${context.hosts['graph'] ?? ''}/${VERSION}/${path}`, { ...query, access_token: accessToken }) };
}

/** A POST of the Graph API with form fields. */
export function graphPost(
  context: Pick<CallContext, 'hosts'>,
  path: string,
  fields: Readonly<Record<string, string | undefined>>,
  accessToken: string,
): HttpRequest {
  return {
    method: 'POST',
    url: `${context.hosts['graph'] ?? ''}/${VERSION}/${path}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: formBody({ ...fields, access_token: accessToken }),
  };
}

/** Sends a call that makes nothing visible and reads its answer; whatever is not a success of the expected shape is a refusal. */
export async function ask<T>(
  context: CallContext,
  request: HttpRequest,
  schema: z.ZodType<T>,
): Promise<{ readonly kind: 'answer'; readonly value: T } | Refused> {
  const answer = screen(await context.http.send(request), errors, context.nowMs);
  if (answer.kind !== 'response') return harmless(answer);
  const parsed = schema.safeParse(graphJson(answer));
  if (parsed.success) return { kind: 'answer', value: parsed.data };
  return harmless({ kind: 'unknown', reason: 'an answer of an unknown shape', httpStatus: answer.status });
}
