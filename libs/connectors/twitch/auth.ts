import {
  bodyJson,
  connectFailed,
  formBody,
  grantOf,
  hostOf,
  isSuccess,
  readDaily,
  withQuery,
  type AccountCredential,
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
import { helixRequest } from './helix.ts';
import { errorSchema, tokenSchema, usersSchema, validatedSchema } from './schemas.ts';

const APP_REFUSED = /invalid client/i;
const TOKEN_REFUSED = /invalid refresh token/i;

const messageOf = (response: HttpResponse): string | undefined => errorSchema.safeParse(bodyJson(response)).data?.message;

function tokenRequest(context: CallContext, fields: Readonly<Record<string, string>>): HttpRequest {
  return {
    method: 'POST',
    url: `${hostOf(context.hosts, 'id')}/oauth2/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: formBody(fields),
  };
}

function readGrant(response: HttpResponse, nowMs: number): TokenGrant | undefined {
  const { data } = tokenSchema.safeParse(bodyJson(response));
  return data === undefined ? undefined : grantOf(data, nowMs);
}

function readExchange(outcome: HttpOutcome, clientId: string, nowMs: number): ConnectResult<TokenGrant> {
  if (outcome.kind !== 'response') return connectFailed('platform', `Twitch could not be reached: ${outcome.reason}`);
  if (isSuccess(outcome)) {
    const grant = readGrant(outcome, nowMs);
    // Every call of Helix wants the client id beside the token.
    return grant === undefined ? connectFailed('platform', 'The answer of the token endpoint cannot be read.') : { ok: true, value: { ...grant, extra: { clientId } } };
  }
  const message = messageOf(outcome);
  if (message === undefined || outcome.status >= 500) return connectFailed('platform', `The token endpoint answered HTTP ${outcome.status}.`);
  if (APP_REFUSED.test(message)) return connectFailed('app', `Twitch does not accept the app's id or secret: ${message}`);
  return connectFailed(/authorization code/i.test(message) ? 'denied' : 'platform', message);
}

/** Only the documented refusal of the token ends a connection. */
function readRefresh(response: HttpResponse, nowMs: number): RefreshReading {
  if (isSuccess(response)) {
    const grant = readGrant(response, nowMs);
    return grant === undefined ? { kind: 'transient', message: 'The answer of the token endpoint cannot be read.' } : { kind: 'granted', grant };
  }
  const message = messageOf(response) ?? `HTTP ${response.status}`;
  const isDocumented = response.status === 400 || response.status === 401 || response.status === 403;
  if (isDocumented && TOKEN_REFUSED.test(message)) return { kind: 'reconnect', reason: 'refresh_rejected', message };
  if (isDocumented && APP_REFUSED.test(message)) return { kind: 'app', message };
  return { kind: 'transient', message };
}

/** `GET /oauth2/validate`, which Twitch asks apps to call when they begin to use a token, and each hour (dev.twitch.tv/docs/authentication/validate-tokens). */
export function validateRequest(context: Pick<CallContext, 'hosts'>, accessToken: string): HttpRequest {
  return { method: 'GET', url: `${hostOf(context.hosts, 'id')}/oauth2/validate`, headers: { authorization: `OAuth ${accessToken}` } };
}

async function readChannel(context: CallContext, credential: AccountCredential): Promise<ConnectResult<PlatformProfile>> {
  const validated = await context.http.send(validateRequest(context, credential.accessToken.reveal()));
  if (validated.kind !== 'response') return connectFailed('platform', `Twitch could not be reached: ${validated.reason}`);
  const owner = validatedSchema.safeParse(bodyJson(validated));
  if (!isSuccess(validated) || !owner.success) return connectFailed('platform', 'Twitch does not confirm the token.');
  const answer = await context.http.send(helixRequest(context, credential, { method: 'GET', path: '/users' }));
  const users = answer.kind === 'response' && isSuccess(answer) ? usersSchema.safeParse(bodyJson(answer)) : undefined;
  const user = users?.data?.data.find(({ id }) => id === owner.data.user_id);
  if (user === undefined) return connectFailed('platform', 'The profile cannot be read.');
  const value: PlatformProfile = {
    platformUserId: user.id,
    username: user.login,
    displayName: user.display_name,
    profileUrl: `${hostOf(context.publicHosts, 'web')}/${user.login}`,
    imageUrl: user.profile_image_url ?? null,
    metadata: { broadcasterType: user.broadcaster_type ?? '' },
  };
  return { ok: true, value };
}

/** Channels become affiliates and partners, who may do more. */
export const accountReader = readDaily(readChannel);

/** Authorization code flow of a confidential client (dev.twitch.tv/docs/authentication/getting-tokens-oauth). Twitch knows no PKCE there. */
export const oauth: OAuthConnect = {
  authorizeUrl: ({ hosts, clientId, redirectUri, scopes, state }) =>
    withQuery(`${hostOf(hosts, 'id')}/oauth2/authorize`, { response_type: 'code', client_id: clientId, redirect_uri: redirectUri, scope: scopes.join(' '), state }),
  exchange: async (context, { client, code, redirectUri }) => {
    const { clientId, clientSecret } = client;
    const fields = { client_id: clientId, client_secret: clientSecret.reveal(), code, grant_type: 'authorization_code', redirect_uri: redirectUri };
    return readExchange(await context.http.send(tokenRequest(context, fields)), clientId, context.nowMs);
  },
  accounts: async (context, { credential }) => {
    const channel = await readChannel(context, credential);
    return channel.ok ? { ok: true, value: [{ type: 'channel', profile: channel.value }] } : channel;
  },
  refresher: {
    request: (context, { client, credential }) => {
      if (client === null || credential.refreshToken === undefined) throw new Error('refreshing on Twitch needs the app and a refresh token');
      return tokenRequest(context, {
        client_id: client.clientId,
        client_secret: client.clientSecret.reveal(),
        grant_type: 'refresh_token',
        refresh_token: credential.refreshToken.reveal(),
      });
    },
    read: readRefresh,
  },
  validator: {
    everyMs: 3_600_000,
    validate: async (context, { accessToken }) => {
      const outcome = await context.http.send(validateRequest(context, accessToken.reveal()));
      if (outcome.kind !== 'response') return 'unclear';
      return isSuccess(outcome) ? 'valid' : outcome.status === 401 ? 'refused' : 'unclear';
    },
  },
  revoke: async (context, { client, credential }) => {
    const body = formBody({ client_id: client.clientId, token: credential.accessToken.reveal() });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const outcome = await context.http.send({ method: 'POST', url: `${hostOf(context.hosts, 'id')}/oauth2/revoke`, headers, body });
    return outcome.kind === 'response' && isSuccess(outcome);
  },
  verifyApp: async (context, { clientId, clientSecret }) => {
    const fields = { client_id: clientId, client_secret: clientSecret.reveal(), grant_type: 'client_credentials' };
    const outcome = await context.http.send(tokenRequest(context, fields));
    if (outcome.kind !== 'response') return { verdict: 'inconclusive', message: `Twitch could not be reached: ${outcome.reason}` };
    if (isSuccess(outcome)) return { verdict: 'valid', message: 'Twitch gave an app access token.' };
    const message = messageOf(outcome) ?? `HTTP ${outcome.status}`;
    return { verdict: APP_REFUSED.test(message) ? 'invalid' : 'inconclusive', message };
  },
};
