import type { AuthFailureReason } from '@plaza/contracts';
import type { z } from 'zod';
import {
  formBody,
  grantOf,
  hostOf,
  readRefusal,
  withQuery,
  type ConnectFailure,
  type ConnectResult,
  type ErrorTable,
  type HttpOutcome,
  type HttpResponse,
  type OAuthConnect,
  type Refresher,
  type RefreshReading,
} from '../kit/index.ts';
import { graphJson } from './graph.ts';
import { longTokenSchema, shortTokenSchema } from './schemas.ts';

/** Whose connection it is, for words and refusals. */
export interface Speaker {
  /** `Instagram`. */
  readonly name: string;
  readonly errors: ErrorTable;
}

/** Why a step of the connection failed, by Meta's words: for half of the reasons it has no codes. */
function failureOf({ name, errors }: Speaker, response: HttpResponse, nowMs: number): ConnectFailure {
  const refusal = readRefusal(errors, response, nowMs);
  const message = refusal.kind === 'refused' ? refusal.message : refusal.reason;
  if (/client.?secret|platform app|client_id|validating application/i.test(message))
    return { kind: 'app', message: `${name} does not accept the app's id or secret: ${message}` };
  if (/redirect_uri/i.test(message)) return { kind: 'app', message: `The redirect URI is not registered with the app: ${message}` };
  if (/authorization code|matching code|verification code/i.test(message)) return { kind: 'denied', message: `${name} does not take the code: ${message}` };
  if (/not an Instagram Business/i.test(message)) return { kind: 'unsupported_account', message };
  return { kind: 'platform', message: `HTTP ${response.status}: ${message}` };
}

/** Reads the answer to one step of connecting. */
export function readStep<T>(speaker: Speaker, outcome: HttpOutcome, schema: z.ZodType<T>, nowMs: number): ConnectResult<T> {
  if (outcome.kind !== 'response')
    return { ok: false, failure: { kind: 'platform', message: `${speaker.name} could not be reached: ${outcome.reason}` } };
  if (outcome.status !== 200) return { ok: false, failure: failureOf(speaker, outcome, nowMs) };
  const parsed = schema.safeParse(graphJson(outcome));
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, failure: { kind: 'platform', message: `${speaker.name} answered in a shape that is not known` } };
}

/** A login of Instagram's and Threads' kind: the code gives a token of an hour, which at once gives one of 60 days. */
export interface LongLivedLogin extends Speaker {
  /** Names of the hosts in the manifest: the one that takes the code, and the one that gives long tokens. */
  readonly hosts: { readonly login: string; readonly graph: string };
  /** Words of `grant_type` begin with it: `ig`, `th`. */
  readonly prefix: 'ig' | 'th';
}

/** Exchanges the code at both hosts. */
export function longLivedExchange(login: LongLivedLogin): OAuthConnect['exchange'] {
  return async (context, { client, code, redirectUri }) => {
    const body = formBody({
      client_id: client.clientId,
      client_secret: client.clientSecret.reveal(),
      grant_type: 'authorization_code',
      redirect_uri: redirectUri,
      // Meta appends `#_` to the redirect; a browser keeps it to itself, a careless proxy does not.
      code: code.replace(/#_$/, ''),
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const url = `${hostOf(context.hosts, login.hosts.login)}/oauth/access_token`;
    const short = readStep(login, await context.http.send({ method: 'POST', url, headers, body }), shortTokenSchema, context.nowMs);
    if (!short.ok) return short;
    const query = { grant_type: `${login.prefix}_exchange_token`, client_secret: client.clientSecret.reveal(), access_token: short.value.access_token };
    const longUrl = withQuery(`${hostOf(context.hosts, login.hosts.graph)}/access_token`, query);
    const long = readStep(login, await context.http.send({ method: 'GET', url: longUrl }), longTokenSchema, context.nowMs);
    return long.ok ? { ok: true, value: grantOf({ ...long.value, scope: long.value.permissions ?? short.value.permissions }, context.nowMs) } : long;
  };
}

/** Subcodes of error 190, and what each says about the account (Graph API error handling). */
const REASONS: Readonly<Record<string, AuthFailureReason>> = {
  '190/458': 'access_revoked',
  '190/459': 'security_invalidation',
  '190/460': 'security_invalidation',
  '190/463': 'token_expired',
  '190/464': 'security_invalidation',
  '190/467': 'access_revoked',
  '190/492': 'access_revoked',
  '190': 'refresh_rejected',
  '102': 'token_expired',
};

/** Reads why a token was not renewed: only the documented codes end the connection. */
export function readNotRenewed(errors: ErrorTable, response: HttpResponse, nowMs: number): RefreshReading {
  const refusal = readRefusal(errors, response, nowMs);
  if (refusal.kind === 'unknown') return { kind: 'transient', message: refusal.reason };
  const reason = REASONS[refusal.code] ?? (refusal.category === 'scope_missing' ? 'refresh_rejected' : undefined);
  if (reason !== undefined) return { kind: 'reconnect', reason, message: refusal.message };
  return { kind: 'transient', message: refusal.message, ...(refusal.untilMs === undefined ? {} : { untilMs: refusal.untilMs }) };
}

/** The access token renews itself, without the app's secret; there is no refresh token. An expired one is lost. */
export function longLivedRefresher({ hosts, prefix, errors }: LongLivedLogin): Refresher {
  return {
    request: (context, { credential }) => ({
      method: 'GET',
      url: withQuery(`${hostOf(context.hosts, hosts.graph)}/refresh_access_token`, {
        grant_type: `${prefix}_refresh_token`,
        access_token: credential.accessToken.reveal(),
      }),
    }),
    read: (response, nowMs) => {
      if (response.status !== 200) return readNotRenewed(errors, response, nowMs);
      const token = longTokenSchema.safeParse(graphJson(response));
      if (token.success) return { kind: 'granted', grant: grantOf({ ...token.data, scope: token.data.permissions }, nowMs) };
      return { kind: 'transient', message: 'an answer of an unknown shape' };
    },
  };
}
