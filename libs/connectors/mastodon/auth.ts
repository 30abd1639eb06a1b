import {
  connectFailed,
  hostOf,
  readDaily,
  withQuery,
  type AccountCredential,
  type CallContext,
  type ConnectFailure,
  type ConnectResult,
  type CredentialConnect,
  type Instances,
  type OAuthConnect,
  type PlatformProfile,
  type Refused,
  type Unknown,
  type Unsent,
} from '../kit/index.ts';
import { callServer, jsonRequest, type CallResult } from './call.ts';
import { manifest } from './manifest.ts';
import { accountSchema, applicationSchema, fieldsSchema, instanceSchema, registeredSchema, tokenSchema } from './schemas.ts';
import { serverLimits } from './server-limits.ts';
import { keepsIdempotencyKeys, serverUrl } from './server.ts';
import { z } from 'zod';

const STOCK_CHARACTERS = 500;

const wordsOf = (result: Refused | Unsent | Unknown): string => (result.kind === 'refused' ? result.message : result.reason);

/** Why a call with an account's token failed; `credential` for the token itself. */
function tokenFailure(result: Refused | Unsent | Unknown, ofToken: ConnectFailure['kind']): ConnectResult<never> {
  if (result.kind !== 'refused') return connectFailed('platform', `The server could not be asked: ${result.reason}`);
  if (result.category === 'account_restricted') return connectFailed('unsupported_account', result.message);
  const isAboutToken = result.category === 'reconnect_required' || result.category === 'scope_missing';
  return connectFailed(isAboutToken ? ofToken : 'platform', result.message);
}

/** Facts of the server; those before 4.0 have the first version of the call only (docs: methods/instance). */
async function readInstance(context: CallContext): Promise<CallResult<z.infer<typeof instanceSchema>>> {
  const read = await callServer(context, null, { method: 'GET', path: '/api/v2/instance' }, instanceSchema);
  const isOld = read.kind === 'refused' && read.httpStatus === 404;
  const isBare404 = read.kind === 'unknown' && read.httpStatus === 404;
  return isOld || isBare404 ? callServer(context, null, { method: 'GET', path: '/api/v1/instance' }, instanceSchema) : read;
}

/** A server's ids are its own: with the server's name they are unique. In the sandbox all servers are one. */
async function readProfile(context: CallContext, credential: Pick<AccountCredential, 'accessToken'>, ofToken: ConnectFailure['kind']): Promise<ConnectResult<PlatformProfile>> {
  const verified = await callServer(context, credential, { method: 'GET', path: '/api/v1/accounts/verify_credentials' }, accountSchema);
  if (verified.kind !== 'answered') return tokenFailure(verified, ofToken);
  const instance = await readInstance(context);
  if (instance.kind !== 'answered') return connectFailed('platform', `The server does not describe itself: ${wordsOf(instance)}`);
  const { version, title, configuration, domain, uri } = instance.value;
  if (!keepsIdempotencyKeys(version)) {
    return connectFailed('unsupported_account', `The server is ${version}, which may publish twice what is sent again; Plaza connects to Mastodon, Pleroma and Akkoma.`);
  }
  const called = new URL(hostOf(context.hosts, 'instance')).host;
  const named = domain ?? uri?.replace(/^https?:\/\//, '') ?? called;
  const account = verified.value;
  const displayName = account.display_name ?? '';
  const profile: PlatformProfile = {
    platformUserId: `${account.id}@${context.isSandbox ? named : called}`,
    username: `@${account.username}@${named}`,
    displayName: displayName === '' ? account.username : displayName,
    profileUrl: account.url ?? null,
    imageUrl: account.avatar ?? null,
    metadata: {
      accountId: account.id,
      server: named,
      serverTitle: title ?? named,
      version,
      maxCharacters: configuration?.statuses?.max_characters ?? STOCK_CHARACTERS,
      limits: serverLimits(configuration),
    },
  };
  return { ok: true, value: profile };
}

/** A server changes its limits, and its version, as it likes. */
export const accountReader = readDaily((context, credential) => readProfile(context, credential, 'credential'));

/** `write` stands for all that begins with `write:` (docs: api/oauth-scopes); reading the own account is in `profile` too. */
const holds = (scopes: readonly string[], wanted: string): boolean =>
  scopes.includes(wanted) || scopes.includes(wanted.split(':')[0] ?? '') || (wanted === 'read:accounts' && scopes.includes('profile'));

const missingScopes = (scopes: readonly string[]): readonly string[] => (manifest.auth.oauth?.scopes.publish ?? []).filter((wanted) => !holds(scopes, wanted));

/** A pasted token may lack scopes, which only the post would show. Servers before 4.3 do not tell them. */
async function checkScopes(context: CallContext, credential: Pick<AccountCredential, 'accessToken'>): Promise<ConnectResult<null>> {
  const app = await callServer(context, credential, { method: 'GET', path: '/api/v1/apps/verify_credentials' }, applicationSchema);
  if (app.kind !== 'answered') {
    const isUnknownCall = app.kind !== 'unsent' && app.httpStatus === 404;
    return isUnknownCall ? { ok: true, value: null } : tokenFailure(app, 'credential');
  }
  const missing = app.value.scopes === undefined ? [] : missingScopes(app.value.scopes);
  if (missing.length === 0) return { ok: true, value: null };
  return connectFailed('credential', `The token lacks ${missing.join(', ')}: give them to the application under Development, and take its new token.`);
}

/** Connecting with a token of an application that the user made (docs: client/token). */
export const credentials: CredentialConnect = {
  fields: fieldsSchema,
  secretFields: ['accessToken'],
  hosts: ({ instance = '' }) => ({ instance: serverUrl(instance) ?? '' }),
  connect: async (context, fields) => {
    const parsed = fieldsSchema.safeParse(fields);
    if (!parsed.success) return connectFailed('credential', 'A server and a token are needed.');
    const { accessToken } = parsed.data;
    const credential = { accessToken: { reveal: () => accessToken } };
    const profile = await readProfile(context, credential, 'credential');
    if (!profile.ok) return profile;
    const scopes = await checkScopes(context, credential);
    if (!scopes.ok) return scopes;
    return { ok: true, value: { grant: { accessToken, extra: { instance: hostOf(context.hosts, 'instance') } }, profile: profile.value } };
  },
};

/** Servers before 4.3 take one redirect URI as a text, not a list (docs: methods/apps). */
async function register(context: CallContext, app: Parameters<Instances['register']>[1]): ReturnType<Instances['register']> {
  const common = { client_name: app.name, scopes: app.scopes.join(' '), website: app.website };
  const call = (redirectUris: string | readonly string[]): Promise<CallResult<z.infer<typeof registeredSchema>>> =>
    callServer(context, null, { method: 'POST', path: '/api/v1/apps', ...jsonRequest({ ...common, redirect_uris: redirectUris }) }, registeredSchema);
  const first = await call([app.redirectUri]);
  const registered = first.kind === 'refused' && first.httpStatus === 422 ? await call(app.redirectUri) : first;
  if (registered.kind !== 'answered') return connectFailed('platform', `The server did not register Plaza: ${wordsOf(registered)}`);
  const { client_id: clientId, client_secret: secret } = registered.value;
  return { ok: true, value: { clientId, clientSecret: { reveal: () => secret } } };
}

/** OAuth 2.0 authorization code (docs: methods/oauth); tokens do not expire, and there are none to refresh. */
export const oauth: OAuthConnect = {
  authorizeUrl: ({ hosts, clientId, redirectUri, scopes, state, codeChallenge }) =>
    withQuery(`${hostOf(hosts, 'instance')}/oauth/authorize`, {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      scope: scopes.join(' '),
      state,
      code_challenge: codeChallenge,
      code_challenge_method: codeChallenge === undefined ? undefined : 'S256',
    }),
  exchange: async (context, { client, code, redirectUri, codeVerifier }) => {
    const body = { grant_type: 'authorization_code', code, client_id: client.clientId, client_secret: client.clientSecret.reveal(), redirect_uri: redirectUri, code_verifier: codeVerifier };
    const result = await callServer(context, null, { method: 'POST', path: '/oauth/token', ...jsonRequest(body) }, tokenSchema);
    if (result.kind === 'answered') {
      const { access_token: accessToken, scope } = result.value;
      const scopes = scope?.split(' ').filter((one) => one !== '');
      return { ok: true, value: { accessToken, extra: { instance: hostOf(context.hosts, 'instance') }, ...(scopes === undefined ? {} : { scopes }) } };
    }
    if (result.kind !== 'refused') return connectFailed('platform', `The server could not be asked: ${result.reason}`);
    if (result.code === 'invalid_client') return connectFailed('app', result.message);
    return connectFailed(result.code === 'invalid_grant' ? 'denied' : 'platform', result.message);
  },
  accounts: async (context, { credential }) => {
    const profile = await readProfile(context, credential, 'denied');
    return profile.ok ? { ok: true, value: [{ type: 'account', profile: profile.value }] } : profile;
  },
  instances: {
    hosts: (name) => {
      const instance = serverUrl(name);
      return instance === undefined ? undefined : { instance };
    },
    register,
  },
  revoke: async (context, { client, credential }) => {
    const body = { client_id: client.clientId, client_secret: client.clientSecret.reveal(), token: credential.accessToken.reveal() };
    const result = await callServer(context, null, { method: 'POST', path: '/oauth/revoke', ...jsonRequest(body) }, z.unknown());
    return result.kind === 'answered';
  },
};
