import { bodyJson, hostOf, screen, type AccountCredential, type CallContext, type HttpRequest, type Refused, type Unknown, type Unsent } from '../kit/index.ts';
import { errors } from './errors.ts';
import { adminToken } from './key.ts';
import type { z } from 'zod';

export type CallResult<T> = { readonly kind: 'answered'; readonly value: T } | Refused | Unsent | Unknown;

type Call = Omit<HttpRequest, 'url'> & { readonly path: string };

/** One call of the Admin API, `path` below `/ghost/api/admin`. A success that does not have the documented shape is `unknown`. */
export async function callAdmin<S extends z.ZodType>(context: CallContext, credential: Pick<AccountCredential, 'accessToken'>, call: Call, schema: S): Promise<CallResult<z.output<S>>> {
  const { path, headers, ...request } = call;
  const token = adminToken(credential.accessToken.reveal(), context.nowMs);
  if (token === undefined) return { kind: 'refused', category: 'reconnect_required', code: 'key', message: 'The stored key is not an Admin API key.' };
  const outcome = await context.http.send({
    ...request,
    url: `${hostOf(context.hosts, 'site')}/ghost/api/admin${path}`,
    headers: { accept: 'application/json', 'accept-version': 'v5.0', ...headers, authorization: `Ghost ${token}` },
  });
  const screened = screen(outcome, errors, context.nowMs);
  if (screened.kind !== 'response') return screened;
  // What was deleted is answered with nothing; what cannot be read is not nothing.
  const parsed = schema.safeParse(screened.body.byteLength === 0 ? undefined : (bodyJson(screened) ?? null));
  if (parsed.success) return { kind: 'answered', value: parsed.data };
  return { kind: 'unknown', reason: `the answer to ${request.method} ${path.split('?')[0]} cannot be read`, httpStatus: screened.status };
}

/** Headers and body of a JSON request. */
export function jsonRequest(body: unknown): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
