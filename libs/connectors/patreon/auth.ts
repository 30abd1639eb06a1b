import {
  bodyJson,
  clampInstant,
  connectFailed,
  formBody,
  grantOf,
  hostOf,
  isSuccess,
  retryAfterMs,
  withQuery,
  type CallContext,
  type ConnectResult,
  type HttpOutcome,
  type HttpRequest,
  type HttpResponse,
  type OAuthConnect,
  type PlatformProfile,
  type RefreshReading,
  type TokenGrant,
} from '../kit/index.ts';
import { apiErrorSchema, campaignOf, identitySchema, oauthErrorSchema, throttledSchema, tokenSchema } from './schemas.ts';

function tokenRequest(context: CallContext, fields: Readonly<Record<string, string>>): HttpRequest {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  return { method: 'POST', url: `${hostOf(context.hosts, 'web')}/api/oauth2/token`, headers, body: formBody(fields) };
}

function readGrant(response: HttpResponse, nowMs: number): TokenGrant | undefined {
  const { data } = tokenSchema.safeParse(bodyJson(response));
  return data === undefined ? undefined : grantOf(data, nowMs);
}

function readExchange(outcome: HttpOutcome, nowMs: number): ConnectResult<TokenGrant> {
  if (outcome.kind !== 'response') return connectFailed('platform', `Patreon could not be reached: ${outcome.reason}`);
  if (isSuccess(outcome)) {
    const grant = readGrant(outcome, nowMs);
    return grant === undefined ? connectFailed('platform', 'The answer of the token endpoint cannot be read.') : { ok: true, value: grant };
  }
  const error = oauthErrorSchema.safeParse(bodyJson(outcome)).data;
  const message = error?.error_description ?? error?.error ?? `The token endpoint answered HTTP ${outcome.status}.`;
  if (outcome.status >= 500) return connectFailed('platform', message);
  if (error?.error === 'invalid_client' || error?.error === 'unauthorized_client') return connectFailed('app', message);
  return connectFailed(error?.error === 'invalid_grant' ? 'denied' : 'platform', message);
}

/** Asking on during a block would feed it. */
function untilOf(response: HttpResponse, nowMs: number): number | undefined {
  const seconds = throttledSchema.safeParse(bodyJson(response)).data?.errors[0].retry_after_seconds;
  return retryAfterMs(response, nowMs) ?? (seconds === undefined ? undefined : clampInstant(nowMs + seconds * 1000, nowMs));
}

/** Both tokens rotate, and `invalid_grant` is the only word that ends a connection (RFC 6749 section 5.2). */
function readRefresh(response: HttpResponse, nowMs: number): RefreshReading {
  if (isSuccess(response)) {
    const grant = readGrant(response, nowMs);
    return grant === undefined ? { kind: 'transient', message: 'The answer of the token endpoint cannot be read.' } : { kind: 'granted', grant };
  }
  const error = response.status < 500 ? oauthErrorSchema.safeParse(bodyJson(response)).data : undefined;
  const message = error?.error_description ?? error?.error ?? `HTTP ${response.status}`;
  if (error?.error === 'invalid_grant') return { kind: 'reconnect', reason: 'refresh_rejected', message };
  if (error?.error === 'invalid_client') return { kind: 'app', message };
  const untilMs = response.status === 429 ? untilOf(response, nowMs) : undefined;
  return { kind: 'transient', message, ...(untilMs === undefined ? {} : { untilMs }) };
}

/** Attributes have to be asked for, or only ids come back. */
function identityRequest(context: CallContext, accessToken: string): HttpRequest {
  const url = withQuery(`${hostOf(context.hosts, 'web')}/api/oauth2/v2/identity`, {
    include: 'campaign',
    'fields[user]': 'full_name,vanity,url,image_url',
    'fields[campaign]': 'name,vanity,url,patron_count,image_small_url',
  });
  return { method: 'GET', url, headers: { authorization: `Bearer ${accessToken}`, accept: 'application/vnd.api+json' } };
}

const accounts: OAuthConnect['accounts'] = async (context, { credential }) => {
  const answer = await context.http.send(identityRequest(context, credential.accessToken.reveal()));
  if (answer.kind !== 'response') return connectFailed('platform', `Patreon could not be reached: ${answer.reason}`);
  if (!isSuccess(answer)) {
    const [error] = apiErrorSchema.safeParse(bodyJson(answer)).data?.errors ?? [];
    return connectFailed('platform', error?.detail ?? error?.title ?? `Patreon answered HTTP ${answer.status}.`);
  }
  const parsed = identitySchema.safeParse(bodyJson(answer));
  if (!parsed.success) return connectFailed('platform', 'The profile cannot be read.');
  const campaign = campaignOf(parsed.data.included);
  if (campaign === undefined) return connectFailed('unsupported_account', 'This account of Patreon is no creator: it has no campaign.');
  const { attributes: user } = parsed.data.data;
  const { name, vanity, url, patron_count: patronCount, image_small_url: imageUrl } = campaign.attributes;
  const profile: PlatformProfile = {
    platformUserId: campaign.id,
    username: vanity ?? user.vanity ?? null,
    displayName: name ?? user.full_name ?? null,
    profileUrl: url ?? user.url ?? null,
    imageUrl: imageUrl ?? user.image_url ?? null,
    metadata: { userId: parsed.data.data.id, patronCount: patronCount ?? null },
  };
  return { ok: true, value: [{ type: 'account', profile }] };
};

/** Authorization code flow of a confidential client (docs.patreon.com, OAuth). */
export const oauth: OAuthConnect = {
  authorizeUrl: ({ hosts, clientId, redirectUri, scopes, state }) =>
    withQuery(`${hostOf(hosts, 'web')}/oauth2/authorize`, { response_type: 'code', client_id: clientId, redirect_uri: redirectUri, scope: scopes.join(' '), state }),
  exchange: async (context, { client, code, redirectUri }) => {
    const fields = { code, grant_type: 'authorization_code', client_id: client.clientId, client_secret: client.clientSecret.reveal(), redirect_uri: redirectUri };
    return readExchange(await context.http.send(tokenRequest(context, fields)), context.nowMs);
  },
  accounts,
  refresher: {
    request: (context, { client, credential }) => {
      if (client === null || credential.refreshToken === undefined) throw new Error('refreshing on Patreon needs the app and a refresh token');
      return tokenRequest(context, {
        grant_type: 'refresh_token',
        refresh_token: credential.refreshToken.reveal(),
        client_id: client.clientId,
        client_secret: client.clientSecret.reveal(),
      });
    },
    read: readRefresh,
  },
};
