import {
  basicAuthorization,
  bodyJson,
  connectFailed,
  formBody,
  grantOf,
  hostOf,
  isSuccess,
  withQuery,
  type AccountCredential,
  type CallContext,
  type ConnectResult,
  type HttpOutcome,
  type HttpRequest,
  type HttpResponse,
  type OAuthClient,
  type OAuthConnect,
  type OfferedAccount,
  type RefreshReading,
  type TokenGrant,
} from '../kit/index.ts';
import { ask } from './call.ts';
import { errors } from './errors.ts';
import { PUBLISH_SCOPES } from './manifest.ts';
import { accountSchema, errorSchema, tokenSchema } from './schemas.ts';

const TOKEN_DEADLINE_MS = 20_000;
const DAY_SECS = 24 * 3600;
/** Life of a refresh token that tells none (OAuth: continuous refresh token). */
const REFRESH_LIFE_SECS = 60 * DAY_SECS;
/** The app's id and secret do not fit. */
const APP_REFUSED = 2;
/** The code or refresh token is spent, expired, revoked or none. */
const GRANT_REFUSED = 283;

/** The app stands in HTTP Basic authentication and nowhere else (API v5, oauth/token). */
function tokenRequest(context: CallContext, { clientId, clientSecret }: OAuthClient, fields: Readonly<Record<string, string>>): HttpRequest {
  return {
    method: 'POST',
    url: `${hostOf(context.hosts, 'api')}/v5/oauth/token`,
    headers: { authorization: basicAuthorization(clientId, clientSecret.reveal()), 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: formBody(fields),
    deadlineMs: TOKEN_DEADLINE_MS,
  };
}

function readGrant(response: HttpResponse, nowMs: number): TokenGrant | undefined {
  const { data } = tokenSchema.safeParse(bodyJson(response));
  if (!isSuccess(response) || data === undefined) return undefined;
  const refreshLifeSecs = data.refresh_token === undefined ? undefined : (data.refresh_token_expires_in ?? REFRESH_LIFE_SECS);
  return grantOf({ ...data, refresh_token_expires_in: refreshLifeSecs }, nowMs);
}

function wordsOf(response: HttpResponse): { readonly code: number | undefined; readonly message: string } {
  const { data } = errorSchema.safeParse(bodyJson(response));
  return { code: data?.code, message: data?.message ?? `HTTP ${response.status}` };
}

function readExchange(outcome: HttpOutcome, nowMs: number): ConnectResult<TokenGrant> {
  if (outcome.kind !== 'response') return connectFailed('platform', `Pinterest could not be reached: ${outcome.reason}`);
  if (isSuccess(outcome)) {
    const grant = readGrant(outcome, nowMs);
    if (grant?.refreshToken === undefined) return connectFailed('platform', grant === undefined ? 'The answer of the token endpoint cannot be read.' : 'Pinterest gave no refresh token.');
    const missing = grant.scopes === undefined ? [] : PUBLISH_SCOPES.filter((scope) => grant.scopes?.includes(scope) !== true);
    return missing.length === 0 ? { ok: true, value: grant } : connectFailed('denied', `Without these permissions nothing can be published: ${missing.join(', ')}.`);
  }
  const { code, message } = wordsOf(outcome);
  if (outcome.status === 401 && code === APP_REFUSED) return connectFailed('app', message);
  return connectFailed(outcome.status === 401 && code === GRANT_REFUSED ? 'denied' : 'platform', message);
}

/** Each refresh brings a new refresh token, which lives for another 60 days. */
function readRefresh(response: HttpResponse, nowMs: number): RefreshReading {
  const grant = readGrant(response, nowMs);
  if (grant !== undefined) return { kind: 'granted', grant };
  const { code, message } = wordsOf(response);
  if (response.status === 401 && code === APP_REFUSED) return { kind: 'app', message };
  if (response.status === 401 && code === GRANT_REFUSED) return { kind: 'reconnect', reason: 'refresh_rejected', message };
  const untilMs = response.status === 429 ? errors.until?.(response, nowMs) : undefined;
  return { kind: 'transient', message, ...(untilMs === undefined ? {} : { untilMs }) };
}

/** `GET /v5/user_account`; with the right to read it the token is tried as well. */
async function accounts(context: CallContext, credential: AccountCredential): Promise<ConnectResult<readonly OfferedAccount[]>> {
  const answer = await ask(context, credential, { method: 'GET', path: '/user_account' }, accountSchema);
  if (answer.kind === 'refused') return connectFailed(answer.category === 'app_restricted' ? 'app' : 'platform', answer.message);
  const { id, username, business_name: businessName, profile_image: imageUrl, account_type: accountType } = answer.value;
  const profile = {
    platformUserId: id,
    username,
    displayName: businessName ?? username,
    profileUrl: `${hostOf(context.publicHosts, 'web')}/${encodeURIComponent(username)}/`,
    imageUrl: imageUrl ?? null,
    metadata: { accountType: accountType ?? null },
  };
  return { ok: true, value: [{ type: 'account', profile }] };
}

/**
 * OAuth 2.0 authorization code without PKCE (Set up authentication and authorization). `continuous_refresh` is what gives older apps refresh
 * tokens that can be renewed without end.
 */
export const oauth: OAuthConnect = {
  authorizeUrl: ({ hosts, clientId, redirectUri, scopes, state }) =>
    withQuery(`${hostOf(hosts, 'web')}/oauth/`, { client_id: clientId, redirect_uri: redirectUri, response_type: 'code', scope: scopes.join(','), state }),
  exchange: async (context, { client, code, redirectUri }) => {
    const fields = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, continuous_refresh: 'true' };
    return readExchange(await context.http.send(tokenRequest(context, client, fields)), context.nowMs);
  },
  accounts: (context, { credential }) => accounts(context, credential),
  refresher: {
    request: (context, { client, credential }) => {
      if (client === null || credential.refreshToken === undefined) throw new Error('refreshing on Pinterest needs the app and a refresh token');
      return tokenRequest(context, client, { grant_type: 'refresh_token', refresh_token: credential.refreshToken.reveal() });
    },
    read: readRefresh,
  },
  verifyApp: async (context, client) => {
    const outcome = await context.http.send(tokenRequest(context, client, { grant_type: 'client_credentials', scope: 'user_accounts:read' }));
    if (outcome.kind !== 'response') return { verdict: 'inconclusive', message: `Pinterest could not be reached: ${outcome.reason}` };
    if (readGrant(outcome, context.nowMs) !== undefined) return { verdict: 'valid', message: 'Pinterest gave a token for the account of the app.' };
    const { code, message } = wordsOf(outcome);
    return { verdict: outcome.status === 401 && code === APP_REFUSED ? 'invalid' : 'inconclusive', message };
  },
};
