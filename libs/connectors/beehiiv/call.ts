import { bodyJson, hostOf, retryAfterMs, screen, type AccountCredential, type CallContext, type HttpRequest, type Refused, type Unknown, type Unsent } from '../kit/index.ts';
import { errors } from './errors.ts';
import type { z } from 'zod';

/** `waitMs`: how long the platform asks to wait before the next call for the same. */
export type CallResult<T> = { readonly kind: 'answered'; readonly value: T; readonly waitMs: number | undefined } | Refused | Unsent | Unknown;

type Call = Omit<HttpRequest, 'url'> & { readonly path: string };

/** One call of the API, `path` below `/v2`. A success that does not have the documented shape is `unknown`. */
export async function callApi<S extends z.ZodType>(context: CallContext, credential: Pick<AccountCredential, 'accessToken'>, call: Call, schema: S): Promise<CallResult<z.output<S>>> {
  const { path, headers, ...request } = call;
  const outcome = await context.http.send({
    ...request,
    url: `${hostOf(context.hosts, 'api')}/v2${path}`,
    headers: { accept: 'application/json', ...headers, authorization: `Bearer ${credential.accessToken.reveal()}` },
  });
  const screened = screen(outcome, errors, context.nowMs);
  if (screened.kind !== 'response') return screened;
  // What was deleted is answered with nothing; what cannot be read is not nothing.
  const parsed = schema.safeParse(screened.body.byteLength === 0 ? undefined : (bodyJson(screened) ?? null));
  const until = retryAfterMs(screened, context.nowMs);
  if (parsed.success) return { kind: 'answered', value: parsed.data, waitMs: until === undefined ? undefined : until - context.nowMs };
  return { kind: 'unknown', reason: `the answer to ${request.method} ${path.split('?')[0]} cannot be read`, httpStatus: screened.status };
}

/** Headers and body of a JSON request. */
export function jsonRequest(body: unknown): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
