import type { AuthFailureReason } from '@plaza/contracts';
import {
  atHosts,
  bodyJson,
  connectFailed,
  epochSecondsHeader,
  readDaily,
  retryAfterMs,
  type CallContext,
  type ConnectFailure,
  type ConnectResult,
  type CredentialConnect,
  type HttpOutcome,
  type HttpRequest,
  type HttpResponse,
  type PlatformProfile,
  type Refresher,
  type RefreshReading,
  type TokenGrant,
} from '../kit/index.ts';
import { errorName } from './errors.ts';
import { ENTRYWAY } from './manifest.ts';
import {
  describedSessionSchema,
  didDocSchema,
  fieldsSchema,
  profileRecordSchema,
  serverSchema,
  sessionSchema,
  tokenClaimsSchema,
  xrpcErrorSchema,
  type Session,
} from './schemas.ts';
import { reachesVideoService } from './video.ts';
import { serverOf, xrpc } from './xrpc.ts';
import type { z } from 'zod';

/** Lives to assume for a token that tells nothing: the figures of the reference server. */
const OPAQUE_ACCESS_LIFE_MS = 2 * 60 * 60_000;
const OPAQUE_REFRESH_LIFE_MS = 90 * 24 * 60 * 60_000;

/** The claims of a token. None for an opaque one, which is allowed: the specification tells clients not to look inside. The signature is the server's to check. */
function claimsOf(token: string): z.infer<typeof tokenClaimsSchema> {
  try {
    return tokenClaimsSchema.safeParse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))).data ?? {};
  } catch {
    return {};
  }
}

/** When a token ends by its own claim, else after `fallbackLifeMs`. */
function expiryOf(token: string, nowMs: number, fallbackLifeMs: number): number {
  const { exp } = claimsOf(token);
  return exp === undefined ? nowMs + fallbackLifeMs : exp * 1000;
}

/** The scope of a session that the password of the account opened; app passwords have `com.atproto.appPass` or `com.atproto.appPassPrivileged` (atproto packages/pds/src/auth-scope.ts). */
const FULL_ACCESS = 'com.atproto.access';

/** The account's own server as its DID document names it (atproto.com/specs/did), without a trailing slash. */
function ownServer(session: Session): string | undefined {
  const document = didDocSchema.safeParse(session.didDoc);
  const services = document.success ? (document.data.service ?? []) : [];
  const pds = services.find(
    ({ id, type }) => (id === '#atproto_pds' || id === `${session.did}#atproto_pds`) && type === 'AtprotoPersonalDataServer',
  );
  return typeof pds?.serviceEndpoint === 'string' && URL.canParse(pds.serviceEndpoint) ? new URL(pds.serviceEndpoint).origin : undefined;
}

function toGrant(session: Session, nowMs: number): TokenGrant {
  return {
    accessToken: session.accessJwt,
    refreshToken: session.refreshJwt,
    accessExpiresAtMs: expiryOf(session.accessJwt, nowMs, OPAQUE_ACCESS_LIFE_MS),
    refreshExpiresAtMs: expiryOf(session.refreshJwt, nowMs, OPAQUE_REFRESH_LIFE_MS),
  };
}

function loginRequest(service: string, identifier: string, password: string): HttpRequest {
  return xrpc.post(service, 'com.atproto.server.createSession', { identifier, password });
}

const FAILURES: Readonly<Record<string, ConnectFailure>> = {
  AuthenticationRequired: { kind: 'credential', message: 'Bluesky does not know this handle with this app password.' },
  AuthFactorTokenRequired: {
    kind: 'credential',
    message: 'Bluesky asks for a second factor: use an app password instead of the password of the account.',
  },
  AccountTakedown: { kind: 'unsupported_account', message: 'The account has been taken down.' },
  AccountDeactivated: { kind: 'unsupported_account', message: 'The account is deactivated.' },
};

function readLogin(outcome: HttpOutcome): ConnectResult<Session> {
  if (outcome.kind !== 'response')
    return { ok: false, failure: { kind: 'platform', message: `the server could not be reached: ${outcome.reason}` } };
  const body = bodyJson(outcome);
  const session = sessionSchema.safeParse(body);
  if (outcome.status !== 200 || !session.success) {
    const error = xrpcErrorSchema.safeParse(body);
    const known = error.success ? FAILURES[error.data.error] : undefined;
    const message = error.success ? `${error.data.error}: ${error.data.message ?? ''}` : 'not an answer of a PDS';
    return { ok: false, failure: known ?? { kind: 'platform', message: `HTTP ${outcome.status}, ${message}` } };
  }
  if (session.data.active === false) {
    return {
      ok: false,
      failure: { kind: 'unsupported_account', message: `The account cannot post: ${session.data.status ?? 'inactive'}.` },
    };
  }
  // Such a session may take the account over or delete it; Plaza keeps nothing that can.
  if (claimsOf(session.data.accessJwt).scope === FULL_ACCESS) {
    const message = 'This is the password of the account. Make an app password under Settings, Privacy and security, App passwords, and use that.';
    return { ok: false, failure: { kind: 'credential', message } };
  }
  return { ok: true, value: session.data };
}

type ServerFacts = PlatformProfile['metadata'];

/** What the account's server says of itself that posts have to keep to; undefined when it does not say it now. */
async function readServer(context: CallContext, pds: string): Promise<ServerFacts | undefined> {
  const outcome = await context.http.send(xrpc.get(pds, 'com.atproto.server.describeServer', {}));
  const told = outcome.kind === 'response' && outcome.status === 200 ? serverSchema.safeParse(bodyJson(outcome)).data : undefined;
  return told === undefined ? undefined : serverFacts(context, pds, told.blobUploadLimit);
}

function serverFacts(context: CallContext, pds: string, blobUploadLimit?: number): ServerFacts {
  return { ...(blobUploadLimit === undefined ? {} : { blobUploadLimit }), ...(reachesVideoService(context, pds) ? {} : { storesVideosItself: true }) };
}

/** Name and picture from the account's profile record; undefined when it has none or it cannot be read now. */
async function readOrnaments(context: CallContext, pds: string, did: string): Promise<Pick<PlatformProfile, 'displayName' | 'imageUrl'> | undefined> {
  const query = { repo: did, collection: 'app.bsky.actor.profile', rkey: 'self' };
  const outcome = await context.http.send(xrpc.get(pds, 'com.atproto.repo.getRecord', query));
  const record = outcome.kind === 'response' && outcome.status === 200 ? profileRecordSchema.safeParse(bodyJson(outcome)).data : undefined;
  if (record === undefined) return undefined;
  const { displayName = '', avatar } = record.value;
  const imageUrl = avatar === undefined ? null : xrpc.get(pds, 'com.atproto.sync.getBlob', { did, cid: avatar.ref.$link }).url;
  return { displayName: displayName === '' ? null : displayName, imageUrl };
}

/** What a server reports for a handle that does not point back to the account now. */
const INVALID_HANDLE = 'handle.invalid';

function identity({ did, handle }: Pick<Session, 'did' | 'handle'>): Pick<PlatformProfile, 'platformUserId' | 'username' | 'profileUrl'> {
  const username = handle === INVALID_HANDLE ? null : handle;
  return { platformUserId: did, username, profileUrl: `https://bsky.app/profile/${username ?? did}` };
}

/** Ornaments that cannot be read leave the account without; facts of the server leave it with what every server takes. */
async function readProfile(context: CallContext, pds: string, session: Session): Promise<PlatformProfile> {
  const ornaments = (await readOrnaments(context, pds, session.did)) ?? { displayName: null, imageUrl: null };
  return { ...identity(session), ...ornaments, metadata: (await readServer(context, pds)) ?? serverFacts(context, pds) };
}

/** A server changes its limits, an account its handle (lexicon com.atproto.server.getSession). One that does not resolve today may tomorrow: it stays. */
export const accountReader = readDaily(async (context, credential) => {
  const pds = serverOf(context);
  const request = xrpc.get(pds, 'com.atproto.server.getSession', {});
  const outcome = await context.http.send({ ...request, headers: { authorization: `Bearer ${credential.accessToken.reveal()}` } });
  const session = outcome.kind === 'response' && outcome.status === 200 ? describedSessionSchema.safeParse(bodyJson(outcome)).data : undefined;
  if (session === undefined) return connectFailed('platform', 'The server does not describe the session.');
  const known = session.handle === INVALID_HANDLE ? { platformUserId: session.did } : identity(session);
  const metadata = await readServer(context, pds);
  return { ok: true, value: { ...known, ...(await readOrnaments(context, pds, session.did)), ...(metadata === undefined ? {} : { metadata }) } };
});

/** Why a session cannot be renewed, by the error's name; any other name is not a word about the session. */
const REASONS: Readonly<Record<string, AuthFailureReason>> = {
  ExpiredToken: 'token_expired',
  InvalidToken: 'refresh_rejected',
  AuthenticationRequired: 'access_revoked',
  AccountNotFound: 'access_revoked',
  AccountTakedown: 'access_revoked',
  AccountDeactivated: 'access_revoked',
};

function readSession(response: HttpResponse, nowMs: number): RefreshReading {
  const body = bodyJson(response);
  const session = sessionSchema.safeParse(body);
  if (response.status === 200 && session.success) {
    if (session.data.active !== false) return { kind: 'granted', grant: toGrant(session.data, nowMs) };
    return { kind: 'reconnect', reason: 'access_revoked', message: `the account is ${session.data.status ?? 'inactive'}` };
  }
  const name = errorName(body);
  const reason = response.status >= 400 && response.status < 500 && name !== undefined ? REASONS[name] : undefined;
  const message = `HTTP ${response.status}, ${name ?? 'not an answer of a PDS'}`;
  if (reason !== undefined) return { kind: 'reconnect', reason, message };
  const untilMs = retryAfterMs(response, nowMs) ?? epochSecondsHeader(response, 'ratelimit-reset', nowMs);
  return { kind: 'transient', message, ...(untilMs === undefined ? {} : { untilMs }) };
}

/**
 * `refreshSession`, and logging in again when the session is over. The app password is kept for that, encrypted beside the tokens:
 * a session dies after 90 days without use, when a rotation's answer is lost for more than two hours, or when the server changes
 * its keys, and none of these is the user's doing. A revoked app password ends it.
 */
const refresher: Refresher = {
  request: (context, { credential }) => ({
    method: 'POST',
    url: `${serverOf(context)}/xrpc/com.atproto.server.refreshSession`,
    headers: { authorization: `Bearer ${credential.refreshToken?.reveal() ?? ''}` },
  }),
  read: readSession,
  fallback: {
    request: (context, { credential }) => {
      const { identifier, password, service } = credential.extra;
      if (identifier === undefined || password === undefined) return undefined;
      return loginRequest(serverOf(atHosts(context, { pds: service ?? ENTRYWAY })), identifier, password);
    },
    read: readSession,
  },
};

export const credentials: CredentialConnect = {
  fields: fieldsSchema,
  secretFields: ['password'],
  hosts: ({ service }) => (service === undefined ? {} : { pds: new URL(service).origin }),
  connect: async (context, fields) => {
    const identifier = (fields['identifier'] ?? '').trim().replace(/^@/, '');
    const password = fields['password'] ?? '';
    const service = serverOf(context);
    const login = readLogin(await context.http.send(loginRequest(service, identifier, password)));
    if (!login.ok) return login;
    const session = login.value;
    const own = ownServer(session);
    const pds = own === undefined ? service : serverOf(atHosts(context, { pds: own }));
    // The DID logs in like the handle and stays right when the handle changes.
    const grant = { ...toGrant(session, context.nowMs), extra: { service, pds, identifier: session.did, password } };
    return { ok: true, value: { grant, profile: await readProfile(context, pds, session) } };
  },
  refresher,
  revoke: async (context, { credential }) => {
    const token = credential.refreshToken;
    if (token === undefined) return false;
    const url = `${serverOf(context)}/xrpc/com.atproto.server.deleteSession`;
    const outcome = await context.http.send({ method: 'POST', url, headers: { authorization: `Bearer ${token.reveal()}` } });
    return outcome.kind === 'response' && outcome.status === 200;
  },
};
