import {
  bodyJson,
  connectFailed,
  formBody,
  grantOf,
  harmless,
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
import { callApi } from './call.ts';
import { channelsSchema, oauthErrorSchema, tokenSchema, type Channel } from './schemas.ts';
import { FULL_SCOPE, PUBLISH_SCOPES } from './manifest.ts';

const TOKEN_DEADLINE_MS = 20_000;
const APP_ERRORS: ReadonlySet<string> = new Set(['invalid_client', 'unauthorized_client', 'deleted_client', 'redirect_uri_mismatch']);

function tokenRequest(context: CallContext, client: OAuthClient, fields: Readonly<Record<string, string | undefined>>): HttpRequest {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  const body = formBody({ ...fields, client_id: client.clientId, client_secret: client.clientSecret.reveal() });
  return { method: 'POST', url: `${hostOf(context.hosts, 'oauth')}/token`, headers, body, deadlineMs: TOKEN_DEADLINE_MS };
}

/** A refresh token that a refresh does not repeat stays in force: it does not rotate. */
function readGrant(response: HttpResponse, nowMs: number): TokenGrant | undefined {
  const { data } = tokenSchema.safeParse(bodyJson(response));
  return data === undefined ? undefined : grantOf(data, nowMs);
}

function describeError(response: HttpResponse): { readonly code: string; readonly message: string } | undefined {
  const parsed = oauthErrorSchema.safeParse(bodyJson(response));
  return parsed.success ? { code: parsed.data.error, message: parsed.data.error_description ?? parsed.data.error } : undefined;
}

/** Users may un-tick single permissions on Google's page: without one that publishing needs no connection is made. */
function missingScopes({ scopes = [] }: TokenGrant): readonly string[] {
  return scopes.includes(FULL_SCOPE) ? [] : PUBLISH_SCOPES.filter((scope) => !scopes.includes(scope));
}

function readExchange(outcome: HttpOutcome, nowMs: number): ConnectResult<TokenGrant> {
  if (outcome.kind !== 'response') return connectFailed('platform', `Google could not be reached: ${outcome.reason}`);
  if (isSuccess(outcome)) {
    const grant = readGrant(outcome, nowMs);
    if (grant === undefined) return connectFailed('platform', 'The answer of the token endpoint cannot be read.');
    const missing = missingScopes(grant);
    if (grant.scopes !== undefined && missing.length > 0) return connectFailed('denied', `Without these permissions nothing can be published: ${missing.join(', ')}.`);
    return grant.refreshToken === undefined ? connectFailed('platform', 'Google gave no refresh token.') : { ok: true, value: grant };
  }
  const described = describeError(outcome);
  if (described === undefined) return connectFailed('platform', `The token endpoint answered HTTP ${outcome.status}.`);
  if (APP_ERRORS.has(described.code)) return connectFailed('app', described.message);
  return connectFailed(described.code === 'invalid_grant' ? 'denied' : 'platform', described.message);
}

/** `invalid_grant` alone says that the user, or time, has ended the grant (Google Identity, refresh token expiration). */
function readRefresh(response: HttpResponse, nowMs: number): RefreshReading {
  if (isSuccess(response)) {
    const grant = readGrant(response, nowMs);
    return grant === undefined ? { kind: 'transient', message: 'The answer of the token endpoint cannot be read.' } : { kind: 'granted', grant };
  }
  const { code, message } = describeError(response) ?? { code: '', message: `HTTP ${response.status}` };
  const isDocumented = response.status >= 400 && response.status < 500;
  if (isDocumented && APP_ERRORS.has(code)) return { kind: 'app', message };
  if (isDocumented && code === 'invalid_grant') return { kind: 'reconnect', reason: 'refresh_rejected', message };
  return { kind: 'transient', message };
}

function offered(context: CallContext, { id, snippet, contentDetails, status }: Channel): OfferedAccount {
  const { title, customUrl, thumbnails } = snippet;
  return {
    type: 'channel',
    profile: {
      platformUserId: id,
      username: customUrl ?? null,
      displayName: title,
      profileUrl: `${hostOf(context.publicHosts, 'web')}/channel/${id}`,
      imageUrl: thumbnails?.default?.url ?? null,
      metadata: { uploadsPlaylistId: contentDetails?.relatedPlaylists?.uploads ?? null, longUploadsStatus: status?.longUploadsStatus ?? null },
    },
  };
}

/** `channels.list?mine=true`: the channel that the user chose on Google's page, or several where Google gives several. */
async function accounts(context: CallContext, credential: AccountCredential): Promise<ConnectResult<readonly OfferedAccount[]>> {
  const path = withQuery('/youtube/v3/channels', { part: 'snippet,contentDetails,status', mine: 'true', maxResults: '50' });
  const result = await callApi(context, credential, { method: 'GET', path }, channelsSchema);
  if (result.kind !== 'answered') {
    const { category, message, code } = harmless(result);
    if (code === 'youtubeSignupRequired') return connectFailed('unsupported_account', 'This Google account has no YouTube channel.');
    return connectFailed(category === 'app_restricted' ? 'app' : 'platform', message);
  }
  const channels = result.value.items ?? [];
  if (channels.length === 0) return connectFailed('unsupported_account', 'This Google account has no YouTube channel.');
  return { ok: true, value: channels.map((channel) => offered(context, channel)) };
}

/**
 * Google's OAuth 2.0 for web server applications. `access_type=offline` is what gives a refresh token; `prompt=consent` gives one on every
 * consent and not on the first one only.
 */
export const oauth: OAuthConnect = {
  authorizeUrl: ({ hosts, clientId, redirectUri, scopes, state, codeChallenge }) =>
    withQuery(`${hostOf(hosts, 'accounts')}/o/oauth2/v2/auth`, {
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: scopes.join(' '),
      access_type: 'offline',
      prompt: 'consent',
      state,
      code_challenge: codeChallenge,
      code_challenge_method: codeChallenge === undefined ? undefined : 'S256',
    }),
  exchange: async (context, { client, code, redirectUri, codeVerifier }) => {
    const fields = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: codeVerifier };
    return readExchange(await context.http.send(tokenRequest(context, client, fields)), context.nowMs);
  },
  accounts: (context, { credential }) => accounts(context, credential),
  refresher: {
    request: (context, { client, credential }) => {
      if (client === null || credential.refreshToken === undefined) throw new Error('Refreshing at Google needs the app and a refresh token.');
      return tokenRequest(context, client, { grant_type: 'refresh_token', refresh_token: credential.refreshToken.reveal() });
    },
    read: readRefresh,
  },
  revoke: async (context, { credential }) => {
    const body = formBody({ token: (credential.refreshToken ?? credential.accessToken).reveal() });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const outcome = await context.http.send({ method: 'POST', url: `${hostOf(context.hosts, 'oauth')}/revoke`, headers, body, deadlineMs: TOKEN_DEADLINE_MS });
    return outcome.kind === 'response' && isSuccess(outcome);
  },
};
