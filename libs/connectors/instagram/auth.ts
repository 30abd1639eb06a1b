import type { AuthFailureReason } from '@plaza/contracts';
import {
  formBody,
  readRefusal,
  withQuery,
  type CallContext,
  type ConnectFailure,
  type ConnectResult,
  type HttpOutcome,
  type HttpResponse,
  type OAuthConnect,
  type Refresher,
  type RefreshReading,
  type TokenGrant,
} from '../kit/index.ts';
import type { z } from 'zod';
import { errors } from './errors.ts';
import { graphGet } from './graph.ts';
import { graphJson, longTokenSchema, profileSchema, shortTokenSchema } from './schemas.ts';

const PROFILE_FIELDS = 'user_id,username,name,account_type,profile_picture_url,followers_count';

function toGrant(token: z.infer<typeof longTokenSchema>, scopes: readonly string[] | undefined, nowMs: number): TokenGrant {
  return {
    accessToken: token.access_token,
    accessExpiresAtMs: nowMs + token.expires_in * 1000,
    ...(scopes === undefined ? {} : { scopes }),
  };
}

/** Why a step of the connection failed, by Instagram's words: the login host has no codes for it. */
function failureOf(response: HttpResponse, nowMs: number): ConnectFailure {
  const refusal = readRefusal(errors, response, nowMs);
  const message = refusal.kind === 'refused' ? refusal.message : refusal.reason;
  if (/client.?secret|platform app|client_id/i.test(message))
    return { kind: 'app', message: `Instagram does not accept the app's id or secret: ${message}` };
  if (/redirect_uri/i.test(message)) return { kind: 'app', message: `The redirect URI is not registered with the app: ${message}` };
  if (/not an Instagram Business/i.test(message)) return { kind: 'unsupported_account', message };
  return { kind: 'platform', message: `HTTP ${response.status}: ${message}` };
}

function readStep<T>(outcome: HttpOutcome, schema: z.ZodType<T>, nowMs: number): ConnectResult<T> {
  if (outcome.kind !== 'response')
    return { ok: false, failure: { kind: 'platform', message: `Instagram could not be reached: ${outcome.reason}` } };
  if (outcome.status !== 200) return { ok: false, failure: failureOf(outcome, nowMs) };
  const parsed = schema.safeParse(graphJson(outcome));
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, failure: { kind: 'platform', message: 'Instagram answered in a shape that is not known' } };
}

/** The code gives a token of an hour, which at once gives one of 60 days. */
const exchange: OAuthConnect['exchange'] = async (context, { client, code, redirectUri }) => {
  const body = formBody({
    client_id: client.clientId,
    client_secret: client.clientSecret.reveal(),
    grant_type: 'authorization_code',
    redirect_uri: redirectUri,
    // Instagram appends `#_` to the redirect; a browser keeps it to itself, a careless proxy does not.
    code: code.replace(/#_$/, ''),
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const url = `${context.hosts['login'] ?? ''}/oauth/access_token`;
  const short = readStep(await context.http.send({ method: 'POST', url, headers, body }), shortTokenSchema, context.nowMs);
  if (!short.ok) return short;
  const query = { grant_type: 'ig_exchange_token', client_secret: client.clientSecret.reveal(), access_token: short.value.access_token };
  const longUrl = withQuery(`${context.hosts['graph'] ?? ''}/access_token`, query);
  const long = readStep(await context.http.send({ method: 'GET', url: longUrl }), longTokenSchema, context.nowMs);
  return long.ok ? { ok: true, value: toGrant(long.value, long.value.permissions ?? short.value.permissions, context.nowMs) } : long;
};

const profile: OAuthConnect['profile'] = async (context, credential) => {
  const request = graphGet(context, 'me', { fields: PROFILE_FIELDS }, credential.accessToken.reveal());
  const me = readStep(await context.http.send(request), profileSchema, context.nowMs);
  if (!me.ok) return me;
  const { user_id: platformUserId, username, name, account_type: accountType, profile_picture_url: imageUrl } = me.value;
  if (accountType === 'PERSONAL') {
    const message = 'Instagram lets only professional accounts publish: switch the account to Business or Creator in the app.';
    return { ok: false, failure: { kind: 'unsupported_account', message } };
  }
  return {
    ok: true,
    value: {
      platformUserId,
      username,
      displayName: name ?? null,
      profileUrl: `https://www.instagram.com/${username}/`,
      imageUrl: imageUrl ?? null,
      metadata: accountType === undefined ? {} : { accountType },
    },
  };
};

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

function readRefreshed(response: HttpResponse, nowMs: number): RefreshReading {
  if (response.status === 200) {
    const token = longTokenSchema.safeParse(graphJson(response));
    if (token.success) return { kind: 'granted', grant: toGrant(token.data, token.data.permissions, nowMs) };
    return { kind: 'transient', message: 'an answer of an unknown shape' };
  }
  const refusal = readRefusal(errors, response, nowMs);
  if (refusal.kind === 'unknown') return { kind: 'transient', message: refusal.reason };
  const reason = REASONS[refusal.code] ?? (refusal.category === 'scope_missing' ? 'refresh_rejected' : undefined);
  if (reason !== undefined) return { kind: 'reconnect', reason, message: refusal.message };
  return { kind: 'transient', message: refusal.message, ...(refusal.untilMs === undefined ? {} : { untilMs: refusal.untilMs }) };
}

/** The access token renews itself, without the app's secret; there is no refresh token. An expired one is lost. */
const refresher: Refresher = {
  request: (context: CallContext, { credential }) => ({
    method: 'GET',
    url: withQuery(`${context.hosts['graph'] ?? ''}/refresh_access_token`, {
      grant_type: 'ig_refresh_token',
      access_token: credential.accessToken.reveal(),
    }),
  }),
  read: readRefreshed,
};

/** Instagram API with Instagram Login. It knows no PKCE and no call that ends a grant. */
export const connect: OAuthConnect = {
  kind: 'oauth',
  authorizeUrl: ({ hosts, clientId, redirectUri, scopes, state }) =>
    withQuery(`${hosts['web'] ?? ''}/oauth/authorize`, {
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: scopes.join(','),
      state,
    }),
  exchange,
  profile,
  refresher,
};
