import { bodyJson, harmless, hostOf, screen, type AccountCredential, type CallContext, type HttpRequest, type Refused } from '../kit/index.ts';
import { errors } from './errors.ts';
import type { z } from 'zod';

/** A call of Helix as the account: bearer token and client id together (dev.twitch.tv/docs/api). `body` goes out as JSON. */
export function helixRequest(
  context: Pick<CallContext, 'hosts'>,
  { accessToken, extra }: AccountCredential,
  { method, path, body }: { readonly method: HttpRequest['method']; readonly path: string; readonly body?: object },
): HttpRequest {
  const headers = { authorization: `Bearer ${accessToken.reveal()}`, 'client-id': extra['clientId'] ?? '', accept: 'application/json' };
  const url = `${hostOf(context.hosts, 'api')}${path}`;
  return body === undefined ? { method, url, headers } : { method, url, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** Reads something of Helix; what cannot be read now may be asked for again. */
export async function readHelix<S extends z.ZodType>(
  context: CallContext,
  credential: AccountCredential,
  path: string,
  schema: S,
): Promise<{ readonly kind: 'answered'; readonly value: z.output<S> } | Refused> {
  const answer = screen(await context.http.send(helixRequest(context, credential, { method: 'GET', path })), errors, context.nowMs);
  if (answer.kind !== 'response') return harmless(answer);
  const parsed = schema.safeParse(bodyJson(answer));
  return parsed.success ? { kind: 'answered', value: parsed.data } : harmless({ kind: 'unknown', reason: `the answer to GET ${path.split('?')[0]} cannot be read`, httpStatus: answer.status });
}
