import type { z } from 'zod';
import { bodyJson, hostOf, screen, type AccountCredential, type CallContext, type HttpRequest, type Refused, type Unknown, type Unsent } from '../kit/index.ts';
import { errors } from './errors.ts';

export type CallResult<T> = { readonly kind: 'answered'; readonly value: T } | Refused | Unsent | Unknown;

/** `host`: by its name in the manifest; the Data API's where it is not given. */
type Call = Omit<HttpRequest, 'url'> & { readonly host?: string; readonly path: string };

/** One call as the account. A success that does not have the documented shape is `unknown`. */
export async function callApi<S extends z.ZodType>(context: CallContext, credential: AccountCredential, call: Call, schema: S): Promise<CallResult<z.output<S>>> {
  const { host = 'api', path, headers, ...request } = call;
  const authorization = `Bearer ${credential.accessToken.reveal()}`;
  const outcome = await context.http.send({ ...request, url: `${hostOf(context.hosts, host)}${path}`, headers: { accept: 'application/json', ...headers, authorization } });
  const screened = screen(outcome, errors, context.nowMs);
  if (screened.kind !== 'response') return screened;
  const parsed = schema.safeParse(bodyJson(screened));
  if (parsed.success) return { kind: 'answered', value: parsed.data };
  return { kind: 'unknown', reason: `the answer to ${request.method} ${path.split('?')[0]} cannot be read`, httpStatus: screened.status };
}

/** Headers and body of a JSON request. */
export function jsonRequest(body: unknown): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  return { headers: { 'content-type': 'application/json; charset=UTF-8' }, body: JSON.stringify(body) };
}
