import { hostOf, withQuery, type CallContext, type HttpRequest } from '../kit/index.ts';

/** The server that the calls go to: the account's own. */
export const serverOf = (context: Pick<CallContext, 'hosts'>): string => hostOf(context.hosts, 'pds');

/** Requests of XRPC, the AT Protocol's HTTP conventions: `/xrpc/` and the name of the method (atproto.com/specs/xrpc). */
export const xrpc = {
  get: (server: string, method: string, query: Readonly<Record<string, string>>): HttpRequest => ({
    method: 'GET',
    url: withQuery(`${server}/xrpc/${method}`, query),
  }),
  post: (server: string, method: string, body: unknown, accessToken?: string): HttpRequest => ({
    method: 'POST',
    url: `${server}/xrpc/${method}`,
    headers: { 'content-type': 'application/json', ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }) },
    body: JSON.stringify(body),
  }),
} as const;
