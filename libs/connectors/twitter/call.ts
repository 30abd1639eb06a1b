import type { z } from 'zod';
import {
  hostOf,
  bodyJson,
  screen,
  type AccountCredential,
  type CallContext,
  type HttpRequest,
  type Refused,
  type Unknown,
  type Unsent,
} from '../kit/index.ts';
import { errors } from './errors.ts';

export type CallResult<T> = { readonly kind: 'answered'; readonly value: T } | Refused | Unsent | Unknown;

type Call = Omit<HttpRequest, 'url'> & { readonly path: string };

/** One call of the API as the account. A success that does not have the documented shape is `unknown`. */
export async function callApi<S extends z.ZodType>(
  context: CallContext,
  credential: AccountCredential,
  call: Call,
  schema: S,
): Promise<CallResult<z.output<S>>> {
  const { path, headers, ...request } = call;
  const authorization = `Bearer ${credential.accessToken.reveal()}`;
  const outcome = await context.http.send({
    ...request,
    url: `${hostOf(context.hosts, 'api')}${path}`,
    headers: { accept: 'application/json', ...headers, authorization },
  });
  const screened = screen(outcome, errors, context.nowMs);
  if (screened.kind !== 'response') return screened;
  const parsed = schema.safeParse(bodyJson(screened));
  if (parsed.success) return { kind: 'answered', value: parsed.data };
  return { kind: 'unknown', reason: `the answer to ${request.method} ${path.split('?')[0]} cannot be read`, httpStatus: screened.status };
}

/** Headers and body of a JSON request. */
export function jsonRequest(body: unknown): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
