import {
  basicAuthorization,
  bodyJson,
  connectFailed,
  formBody,
  grantOf,
  hostOf,
  isSuccess,
  readRefusal,
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
  type PlatformProfile,
  type RefreshReading,
  type TokenGrant,
} from '../kit/index.ts';
import { errors } from './errors.ts';
import { tokenSchema, userSchema } from './schemas.ts';

const TOKEN_DEADLINE_MS = 20_000;
const APP_ERRORS: readonly string[] = ['invalid_client', 'unauthorized_client'];
const TOKEN_REFUSED = /value passed for the token was invalid/i;
const PROFILE_FIELDS = 'profile_image_url,verified,verified_type,subscription_type,protected';

function oauthRequest(
  context: CallContext,
  path: string,
  client: OAuthClient,
  fields: Readonly<Record<string, string | undefined>>,
): HttpRequest {
  const headers = {
    authorization: basicAuthorization(client.clientId, client.clientSecret.reveal()),
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
  };
  return { method: 'POST', url: `${hostOf(context.hosts, 'api')}${path}`, headers, body: formBody(fields), deadlineMs: TOKEN_DEADLINE_MS };
}

function readGrant(response: HttpResponse, nowMs: number): TokenGrant | undefined {
  const { data } = tokenSchema.safeParse(bodyJson(response));
  return data === undefined ? undefined : grantOf(data, nowMs);
}

function readExchange(outcome: HttpOutcome, nowMs: number): ConnectResult<TokenGrant> {
  if (outcome.kind !== 'response') return connectFailed('platform', `X could not be reached: ${outcome.reason}`);
  if (isSuccess(outcome)) {
    const grant = readGrant(outcome, nowMs);
    return grant === undefined ? connectFailed('platform', 'The answer of the token endpoint cannot be read.') : { ok: true, value: grant };
  }
  const described = errors.describe(bodyJson(outcome), outcome);
  if (described === undefined) return connectFailed('platform', `The token endpoint answered HTTP ${outcome.status}.`);
  if (APP_ERRORS.includes(described.code)) return connectFailed('app', described.message);
  const isDenial = outcome.status === 400 && ['invalid_request', 'invalid_grant', 'access_denied'].includes(described.code);
  return connectFailed(isDenial ? 'denied' : 'platform', described.message);
}

/** Only the documented refusals of a token end a connection; whatever else went wrong may be over in a while. */
function readRefresh(response: HttpResponse, nowMs: number): RefreshReading {
  if (isSuccess(response)) {
    const grant = readGrant(response, nowMs);
    return grant === undefined
      ? { kind: 'transient', message: 'The answer of the token endpoint cannot be read.' }
      : { kind: 'granted', grant };
  }
  const { code, message } = errors.describe(bodyJson(response), response) ?? { code: '', message: `HTTP ${response.status}` };
  if (response.status >= 400 && response.status < 500) {
    if (APP_ERRORS.includes(code)) return { kind: 'app', message };
    if (code === 'invalid_grant' || (code === 'invalid_request' && TOKEN_REFUSED.test(message)))
      return { kind: 'reconnect', reason: 'refresh_rejected', message };
  }
  const untilMs = response.status === 429 ? errors.until?.(response, nowMs) : undefined;
  return { kind: 'transient', message, ...(untilMs === undefined ? {} : { untilMs }) };
}

async function accounts(context: CallContext, credential: AccountCredential): Promise<ConnectResult<readonly OfferedAccount[]>> {
  const url = withQuery(`${hostOf(context.hosts, 'api')}/2/users/me`, { 'user.fields': PROFILE_FIELDS });
  const outcome = await context.http.send({ method: 'GET', url, headers: { authorization: `Bearer ${credential.accessToken.reveal()}` } });
  if (outcome.kind !== 'response') return connectFailed('platform', `X could not be reached: ${outcome.reason}`);
  if (!isSuccess(outcome)) {
    const refusal = readRefusal(errors, outcome, context.nowMs);
    if (refusal.kind === 'unknown') return connectFailed('platform', refusal.reason);
    return connectFailed(refusal.category === 'app_restricted' ? 'app' : 'platform', refusal.message);
  }
  const parsed = userSchema.safeParse(bodyJson(outcome));
  if (!parsed.success) return connectFailed('platform', 'The profile cannot be read.');
  const user = parsed.data.data;
  const profile: PlatformProfile = {
    platformUserId: user.id,
    username: `@${user.username}`,
    displayName: user.name,
    profileUrl: `${hostOf(context.publicHosts, 'web')}/${user.username}`,
    imageUrl: user.profile_image_url ?? null,
    metadata: {
      subscriptionType: user.subscription_type ?? null,
      verified: user.verified ?? false,
      verifiedType: user.verified_type ?? null,
      protected: user.protected ?? false,
    },
  };
  return { ok: true, value: [{ type: 'account', profile }] };
}

/**
 * OAuth 2.0 authorization code with PKCE as a confidential client (X docs, fundamentals/authentication/oauth-2-0). Refresh tokens are of
 * single use: the second use of one ends the grant.
 */
export const oauth: OAuthConnect = {
  authorizeUrl: ({ hosts, clientId, redirectUri, scopes, state, codeChallenge }) =>
    withQuery(`${hostOf(hosts, 'web')}/i/oauth2/authorize`, {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      scope: scopes.join(' '),
      state,
      code_challenge: codeChallenge,
      code_challenge_method: 'S256',
    }),
  exchange: async (context, { client, code, redirectUri, codeVerifier }) => {
    const fields = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: codeVerifier };
    return readExchange(await context.http.send(oauthRequest(context, '/2/oauth2/token', client, fields)), context.nowMs);
  },
  accounts: (context, { credential }) => accounts(context, credential),
  refresher: {
    request: (context, { client, credential }) => {
      if (client === null || credential.refreshToken === undefined) throw new Error('refreshing on X needs the app and a refresh token');
      return oauthRequest(context, '/2/oauth2/token', client, {
        grant_type: 'refresh_token',
        refresh_token: credential.refreshToken.reveal(),
      });
    },
    read: readRefresh,
  },
  revoke: async (context, { client, credential }) => {
    const { refreshToken, accessToken } = credential;
    const fields = {
      token: (refreshToken ?? accessToken).reveal(),
      token_type_hint: refreshToken === undefined ? 'access_token' : 'refresh_token',
    };
    const outcome = await context.http.send(oauthRequest(context, '/2/oauth2/revoke', client, fields));
    return outcome.kind === 'response' && isSuccess(outcome);
  },
};
