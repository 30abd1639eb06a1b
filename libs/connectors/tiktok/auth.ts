import {
  bodyJson,
  connectFailed,
  formBody,
  grantOf,
  harmless,
  hostOf,
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
import { callApi } from './call.ts';
import { oauthErrorSchema, tokenSchema, userSchema } from './schemas.ts';

const TOKEN_DEADLINE_MS = 20_000;
const APP_ERRORS: ReadonlySet<string> = new Set(['invalid_client', 'unauthorized_client']);
const PASSING: ReadonlySet<string> = new Set(['server_error', 'temporarily_unavailable']);

/** Users may take each permission out of what they allow: with neither of these nothing can be posted. */
const POSTING_SCOPES = ['video.publish', 'video.upload'];

/** A field outside the granted scopes fails the whole question (Display API, get user info). */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  'user.info.basic': ['open_id', 'union_id', 'avatar_url', 'display_name'],
  'user.info.profile': ['username', 'profile_deep_link', 'is_verified'],
};

const scopesOf = (text: string): readonly string[] => text.split(',').map((scope) => scope.trim()).filter(Boolean);

function oauthRequest(context: CallContext, path: 'token' | 'revoke', client: OAuthClient, fields: Readonly<Record<string, string | undefined>>): HttpRequest {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'cache-control': 'no-cache' };
  const body = formBody({ client_key: client.clientId, client_secret: client.clientSecret.reveal(), ...fields });
  return { method: 'POST', url: `${hostOf(context.hosts, 'api')}/v2/oauth/${path}/`, headers, body, deadlineMs: TOKEN_DEADLINE_MS };
}

type TokenReading = { readonly kind: 'granted'; readonly grant: TokenGrant } | { readonly kind: 'error'; readonly code: string; readonly message: string } | { readonly kind: 'unreadable'; readonly message: string };

/** An error may come with HTTP 200 (OAuth error handling), so that the body is asked before the status. */
function readTokens(response: HttpResponse, nowMs: number): TokenReading {
  const body = bodyJson(response);
  const error = oauthErrorSchema.safeParse(body);
  if (error.success && response.status < 500) return { kind: 'error', code: error.data.error, message: error.data.error_description ?? error.data.error };
  const tokens = tokenSchema.safeParse(body);
  if (response.status !== 200 || !tokens.success) return { kind: 'unreadable', message: `The answer of the token endpoint cannot be read (HTTP ${response.status}).` };
  const { refresh_expires_in: refreshLifeSecs, scope } = tokens.data;
  const grant = { ...grantOf({ ...tokens.data, refresh_token_expires_in: refreshLifeSecs }, nowMs), extra: { scopes: scope } };
  return { kind: 'granted', grant };
}

function readExchange(outcome: HttpOutcome, nowMs: number): ConnectResult<TokenGrant> {
  if (outcome.kind !== 'response') return connectFailed('platform', `TikTok could not be reached: ${outcome.reason}`);
  const reading = readTokens(outcome, nowMs);
  if (reading.kind === 'unreadable') return connectFailed('platform', reading.message);
  if (reading.kind === 'error') {
    if (APP_ERRORS.has(reading.code)) return connectFailed('app', reading.message);
    return connectFailed(OVER.has(reading.code) ? 'denied' : 'platform', reading.message);
  }
  const { scopes } = reading.grant;
  if (scopes?.includes('user.info.basic') !== true || !POSTING_SCOPES.some((scope) => scopes.includes(scope))) {
    return connectFailed('denied', `Without user.info.basic, and one of ${POSTING_SCOPES.join(' and ')}, nothing can be posted; these permissions were given: ${scopes?.join(', ') ?? ''}.`);
  }
  return { ok: true, value: reading.grant };
}

/** Words that say that the grant is over (OAuth error handling). */
const OVER = new Set(['invalid_grant', 'access_denied']);

function readRefresh(response: HttpResponse, nowMs: number): RefreshReading {
  const reading = readTokens(response, nowMs);
  if (reading.kind === 'granted') return reading;
  if (reading.kind === 'unreadable' || PASSING.has(reading.code)) return { kind: 'transient', message: reading.message };
  if (APP_ERRORS.has(reading.code)) return { kind: 'app', message: reading.message };
  return OVER.has(reading.code) ? { kind: 'reconnect', reason: 'refresh_rejected', message: reading.message } : { kind: 'transient', message: reading.message };
}

/** The account as far as the granted scopes show it. */
async function accounts(context: CallContext, credential: AccountCredential): Promise<ConnectResult<readonly OfferedAccount[]>> {
  const granted = scopesOf(credential.extra['scopes'] ?? '');
  const fields = Object.entries(FIELDS).flatMap(([scope, names]) => (scope === 'user.info.basic' || granted.includes(scope) ? names : []));
  const result = await callApi(context, credential, { method: 'GET', path: withQuery('/v2/user/info/', { fields: fields.join(',') }) }, userSchema);
  if (result.kind !== 'answered') {
    const { category, message } = harmless(result);
    return connectFailed(category === 'scope_missing' ? 'denied' : category === 'app_restricted' ? 'app' : 'platform', message);
  }
  const { open_id: platformUserId, union_id: unionId = null, avatar_url: imageUrl = null, display_name: displayName = null, username, is_verified: isVerified = null } = result.value.user;
  const profileUrl = username === undefined ? null : `${hostOf(context.publicHosts, 'web')}/@${username}`;
  const profile = { platformUserId, username: username === undefined ? null : `@${username}`, displayName, profileUrl, imageUrl, metadata: { unionId, isVerified } };
  return { ok: true, value: [{ type: 'account', profile }] };
}

/** Login Kit for Web: `client_key` for the app, commas between scopes, and the challenge of PKCE in hexadecimal. */
export const oauth: OAuthConnect = {
  authorizeUrl: ({ hosts, clientId, redirectUri, scopes, state, codeChallenge }) =>
    withQuery(`${hostOf(hosts, 'web')}/v2/auth/authorize/`, {
      client_key: clientId,
      response_type: 'code',
      scope: scopes.join(','),
      redirect_uri: redirectUri,
      state,
      code_challenge: codeChallenge,
      code_challenge_method: codeChallenge === undefined ? undefined : 'S256',
    }),
  exchange: async (context, { client, code, redirectUri, codeVerifier }) => {
    const fields = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: codeVerifier };
    return readExchange(await context.http.send(oauthRequest(context, 'token', client, fields)), context.nowMs);
  },
  accounts: (context, { credential }) => accounts(context, credential),
  refresher: {
    request: (context, { client, credential }) => {
      if (client === null || credential.refreshToken === undefined) throw new Error('Refreshing at TikTok needs the app and a refresh token.');
      return oauthRequest(context, 'token', client, { grant_type: 'refresh_token', refresh_token: credential.refreshToken.reveal() });
    },
    read: readRefresh,
  },
  revoke: async (context, { client, credential }) => {
    const outcome = await context.http.send(oauthRequest(context, 'revoke', client, { token: credential.accessToken.reveal() }));
    return outcome.kind === 'response' && outcome.status === 200 && !oauthErrorSchema.safeParse(bodyJson(outcome)).success;
  },
};
