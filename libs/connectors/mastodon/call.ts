import { bodyJson, hostOf, screen, type AccountCredential, type CallContext, type HttpRequest, type Refused, type Unknown, type Unsent } from '../kit/index.ts';
import { errors } from './errors.ts';
import type { z } from 'zod';

export type CallResult<T> = { readonly kind: 'answered'; readonly value: T } | Refused | Unsent | Unknown;

type Call = Omit<HttpRequest, 'url'> & { readonly path: string };

/** One call of a server's API. A success that does not have the documented shape is `unknown`. Without a credential nobody is acting. */
export async function callServer<S extends z.ZodType>(context: CallContext, credential: Pick<AccountCredential, 'accessToken'> | null, call: Call, schema: S): Promise<CallResult<z.output<S>>> {
  const { path, headers, ...request } = call;
  const outcome = await context.http.send({
    ...request,
    url: `${hostOf(context.hosts, 'instance')}${path}`,
    headers: {
      accept: 'application/json',
      // The words of refusals are matched in English.
      'accept-language': 'en',
      ...headers,
      ...(credential === null ? {} : { authorization: `Bearer ${credential.accessToken.reveal()}` }),
    },
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
