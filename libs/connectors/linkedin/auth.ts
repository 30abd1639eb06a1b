import {
  bodyJson,
  connectFailed,
  formBody,
  grantOf,
  hostOf,
  withQuery,
  type CallContext,
  type ConnectResult,
  type HttpOutcome,
  type HttpRequest,
  type HttpResponse,
  type OAuthClient,
  type OAuthConnect,
  type RefreshReading,
  type TokenGrant,
} from '../kit/index.ts';
import { readAccounts } from './accounts.ts';
import { oauthErrorSchema, tokenSchema } from './schemas.ts';

const TOKEN_DEADLINE_MS = 20_000;
/** Life of a refresh token, counted from the consent. */
const YEAR_SECS = 365 * 24 * 3600;
const CODE_REFUSED = /authorization code|external member binding/i;
const TOKEN_REFUSED = /refresh token is invalid|expired or revoked/i;

/** The secret stands in the body; LinkedIn knows no other way (Authorization code flow, step 3). */
function tokenRequest(context: CallContext, { clientId, clientSecret }: OAuthClient, fields: Readonly<Record<string, string>>): HttpRequest {
  return {
    method: 'POST',
    url: `${hostOf(context.hosts, 'web')}/oauth/v2/accessToken`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: formBody({ ...fields, client_id: clientId, client_secret: clientSecret.reveal() }),
    deadlineMs: TOKEN_DEADLINE_MS,
  };
}

/** The scopes are kept with the token as well: they tell what may be asked with it. A grant without a refresh token ends with its token. */
function readGrant(response: HttpResponse, nowMs: number): TokenGrant | undefined {
  const { data } = tokenSchema.safeParse(bodyJson(response));
  if (response.status !== 200 || data === undefined) return undefined;
  const refreshLifeSecs = data.refresh_token === undefined ? undefined : (data.refresh_token_expires_in ?? YEAR_SECS);
  const grant = grantOf({ ...data, refresh_token_expires_in: refreshLifeSecs }, nowMs);
  return grant.scopes === undefined ? grant : { ...grant, extra: { scopes: grant.scopes.join(' ') } };
}

function wordsOf(response: HttpResponse): { readonly code: string; readonly message: string } {
  const { data } = oauthErrorSchema.safeParse(bodyJson(response));
  return { code: data?.error ?? '', message: data?.error_description ?? data?.error ?? `HTTP ${response.status}` };
}

function readExchange(outcome: HttpOutcome, nowMs: number): ConnectResult<TokenGrant> {
  if (outcome.kind !== 'response') return connectFailed('platform', `LinkedIn could not be reached: ${outcome.reason}`);
  const grant = readGrant(outcome, nowMs);
  if (grant !== undefined) return { ok: true, value: grant };
  const { code, message } = wordsOf(outcome);
  if (outcome.status >= 400 && outcome.status < 500) {
    if (code === 'invalid_client') return connectFailed('app', message);
    if (CODE_REFUSED.test(message)) return connectFailed('denied', message);
  }
  return connectFailed('platform', `LinkedIn gave no token: ${message}`);
}

/** The refresh token stays the same, and its year goes on from the consent (Refresh tokens with OAuth 2.0). */
function readRefresh(response: HttpResponse, nowMs: number): RefreshReading {
  const grant = readGrant(response, nowMs);
  if (grant !== undefined) return { kind: 'granted', grant };
  const { code, message } = wordsOf(response);
  if (response.status >= 400 && response.status < 500) {
    if (code === 'invalid_client') return { kind: 'app', message };
    if (code === 'invalid_grant' || (code === 'invalid_request' && TOKEN_REFUSED.test(message))) return { kind: 'reconnect', reason: 'refresh_rejected', message };
  }
  return { kind: 'transient', message };
}

/** OAuth 2.0 authorization code without PKCE (LinkedIn, 3-legged OAuth flow). Both ways to log in are the same but for the scopes. */
export const oauth: OAuthConnect = {
  authorizeUrl: ({ hosts, clientId, redirectUri, scopes, state }) =>
    withQuery(`${hostOf(hosts, 'web')}/oauth/v2/authorization`, { response_type: 'code', client_id: clientId, redirect_uri: redirectUri, state, scope: scopes.join(' ') }),
  exchange: async (context, { client, code, redirectUri }) => {
    const fields = { grant_type: 'authorization_code', code, redirect_uri: redirectUri };
    return readExchange(await context.http.send(tokenRequest(context, client, fields)), context.nowMs);
  },
  accounts: (context, { credential }) => readAccounts(context, credential),
  refresher: {
    request: (context, { client, credential }) => {
      if (client === null || credential.refreshToken === undefined) throw new Error('refreshing on LinkedIn needs the app and a refresh token');
      return tokenRequest(context, client, { grant_type: 'refresh_token', refresh_token: credential.refreshToken.reveal() });
    },
    read: readRefresh,
  },
};
