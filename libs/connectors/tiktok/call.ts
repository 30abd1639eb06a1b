import type { z } from 'zod';
import { bodyText, hostOf, readRefusal, screen, type AccountCredential, type CallContext, type HttpOutcome, type HttpResponse, type Refused, type Unknown, type Unsent } from '../kit/index.ts';
import { errors } from './errors.ts';
import { envelopeSchema } from './schemas.ts';

export type CallResult<T> = { readonly kind: 'answered'; readonly value: T } | Refused | Unsent | Unknown;

interface Call {
  readonly method: 'GET' | 'POST';
  /** With the query. */
  readonly path: string;
  /** JSON. */
  readonly body?: unknown;
  readonly visible?: boolean;
  readonly deadlineMs?: number;
}

/** One call of the API as the account. A success that does not have the documented shape is `unknown`. */
export async function callApi<S extends z.ZodType>(context: CallContext, credential: AccountCredential, call: Call, schema: S): Promise<CallResult<z.output<S>>> {
  const { path, body, method, ...rest } = call;
  const authorization = `Bearer ${credential.accessToken.reveal()}`;
  const headers = { accept: 'application/json', authorization, ...(method === 'POST' ? { 'content-type': 'application/json; charset=UTF-8' } : {}) };
  const outcome = await context.http.send({ ...rest, method, url: `${hostOf(context.hosts, 'api')}${path}`, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const answer = openEnvelope(outcome, context.nowMs);
  if (answer.kind !== 'answered') return answer;
  const parsed = schema.safeParse(answer.value);
  return parsed.success ? { kind: 'answered', value: parsed.data } : { kind: 'unknown', reason: `the answer to ${method} ${path.split('?')[0]} cannot be read`, httpStatus: 200 };
}

/** TikTok also refuses with HTTP 200: only `error.code` tells. */
function openEnvelope(outcome: HttpOutcome, nowMs: number): CallResult<unknown> {
  const screened = screen(outcome, errors, nowMs);
  if (screened.kind !== 'response') return screened;
  const envelope = envelopeSchema.safeParse(exactJson(screened));
  if (!envelope.success) return { kind: 'unknown', reason: 'the answer is not of the documented shape', httpStatus: screened.status };
  return envelope.data.error.code === 'ok' ? { kind: 'answered', value: envelope.data.data } : readRefusal(errors, screened, nowMs);
}

/** The body as JSON, in which integers beyond 53 bits are strings of their digits: ids of posts have 64. Undefined when it is not JSON. */
export function exactJson(response: HttpResponse): unknown {
  try {
    return JSON.parse(bodyText(response), (_name, value: unknown, source?: { readonly source?: string }) =>
      typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) ? (source?.source ?? value) : value,
    );
  } catch {
    return undefined;
  }
}
