import { hostOf, type AccountCredential, type CallContext, type HttpRequest } from '../kit/index.ts';

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
