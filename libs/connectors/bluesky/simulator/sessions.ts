import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { isObject, json, jsonObject, refuse, textField } from './answers.ts';
import { didOf } from './identifiers.ts';
import type { Account, World } from './world.ts';

const HOUR_MS = 3_600_000;
const ACCESS_LIFE_MS = 2 * HOUR_MS;
const REFRESH_LIFE_MS = 90 * 24 * HOUR_MS;
/** A refresh token that was used already still gives its successor for this long. */
const REFRESH_GRACE_MS = 2 * HOUR_MS;

const FULL_ACCESS = 'com.atproto.access';
const APP_ACCESS = 'com.atproto.appPass';
const APP_PASSWORD = /^[a-z0-9]{4}(-[a-z0-9]{4}){3}$/;
const HANDLE = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

interface Claims {
  readonly scope: string;
  readonly sub: string;
  readonly jti?: string;
  readonly exp: number;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const sign = (key: string, text: string): string => createHmac('sha256', key).update(text).digest('base64url');

/** A token that this world signed. */
export function mint(world: World, type: string, claims: object): string {
  const text = `${encode({ typ: type, alg: 'HS256' })}.${encode(claims)}`;
  return `${text}.${sign(world.signingKey(), text)}`;
}

/** The claims of a token that this world signed. */
export function claimsOf(world: World, token: string): Record<string, unknown> | undefined {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const expected = Buffer.from(sign(world.signingKey(), `${header}.${payload}`));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  return isObject(claims) ? claims : undefined;
}

function read(world: World, token: string): Claims | undefined {
  const { scope, sub, jti, exp } = claimsOf(world, token) ?? {};
  if (typeof scope !== 'string' || typeof sub !== 'string' || typeof exp !== 'number') return undefined;
  return { scope, sub, exp, ...(typeof jti === 'string' ? { jti } : {}) };
}

export const bearerOf = ({ headers }: SimulatedRequest): string | undefined => /^Bearer (\S+)$/.exec(headers['authorization'] ?? '')?.[1];

/** The claims of a request's bearer token of the asked kind, or the server's refusal. */
function authenticate(
  host: SimulatorHost,
  world: World,
  request: SimulatedRequest,
  kind: 'access' | 'refresh',
): Claims | SimulatedResponse {
  const token = bearerOf(request);
  if (token === undefined) return refuse(401, 'AuthMissing', 'Authentication Required');
  const claims = read(world, token);
  if (claims === undefined) return refuse(400, 'InvalidToken', 'Token could not be verified');
  if ((claims.scope === 'com.atproto.refresh') !== (kind === 'refresh')) return refuse(400, 'InvalidToken', 'Invalid token type');
  if (claims.exp * 1000 <= host.now()) return refuse(400, 'ExpiredToken', 'Token has expired');
  return claims;
}

/** What a password opens: an app password some, that of an account everything. */
function scopeOf(password: string): string | undefined {
  if (password.startsWith('account-')) return FULL_ACCESS;
  return APP_PASSWORD.test(password) ? APP_ACCESS : undefined;
}

/** An unknown handle with an app password of the right form opens its account, so that tests need no preparation. */
function login(world: World, identifier: string, password: string): Account | undefined {
  if (scopeOf(password) === undefined) return undefined;
  const name = identifier.toLowerCase();
  if (name.startsWith('did:')) return world.accounts.get(name);
  const handle = name.includes('@') ? name.replace('@', '.') : name;
  if (!HANDLE.test(handle)) return undefined;
  const account = { did: didOf(handle), handle };
  world.accounts.set(account.did, account);
  world.handles.set(handle, account.did);
  return account;
}

/** The calls of `com.atproto.server` and what tells who is calling. */
export interface SessionCalls {
  create(request: SimulatedRequest): SimulatedResponse;
  refresh(request: SimulatedRequest): SimulatedResponse;
  end(request: SimulatedRequest): SimulatedResponse;
  current(request: SimulatedRequest): SimulatedResponse;
  /** The account of a valid access token, or the refusal. */
  caller(request: SimulatedRequest): Account | SimulatedResponse;
}

export function sessionCalls(host: SimulatorHost, world: World): SessionCalls {
  const answer = (account: Account, refreshId: string, scope = APP_ACCESS): SimulatedResponse => {
    const issued = Math.floor(host.now() / 1000);
    const base = { sub: account.did, iat: issued, aud: 'did:web:sandbox.example' };
    const exp = (lifeMs: number): number => issued + lifeMs / 1000;
    return json({
      accessJwt: mint(world, 'at+jwt', { ...base, scope, exp: exp(ACCESS_LIFE_MS) }),
      refreshJwt: mint(world, 'refresh+jwt', { ...base, scope: 'com.atproto.refresh', jti: refreshId, exp: exp(REFRESH_LIFE_MS) }),
      ...describeAccount(account),
    });
  };
  const open = (did: string, id: string): void => world.sessions.set(id, { did, expiresAtMs: host.now() + REFRESH_LIFE_MS });
  const revoked = refuse(400, 'ExpiredToken', 'Token has been revoked');
  const caller = (request: SimulatedRequest): Account | SimulatedResponse => {
    const claims = authenticate(host, world, request, 'access');
    if ('status' in claims) return claims;
    return world.accounts.get(claims.sub) ?? refuse(403, 'AccountNotFound', 'Account not found');
  };
  return {
    caller,
    create: (request) => {
      const body = jsonObject(request) ?? {};
      const password = textField(body, 'password') ?? '';
      const account = login(world, textField(body, 'identifier') ?? '', password);
      if (account === undefined) return refuse(401, 'AuthenticationRequired', 'Invalid identifier or password');
      const id = host.random(16);
      open(account.did, id);
      return answer(account, id, scopeOf(password));
    },
    refresh: (request) => {
      const claims = authenticate(host, world, request, 'refresh');
      if ('status' in claims) return claims;
      const id = claims.jti ?? '';
      const session = world.sessions.get(id);
      const account = world.accounts.get(claims.sub);
      if (session === undefined || account === undefined || session.expiresAtMs <= host.now()) return revoked;
      const nextId = session.nextId ?? host.random(16);
      if (session.nextId === undefined) {
        world.sessions.set(id, { ...session, nextId, expiresAtMs: Math.min(session.expiresAtMs, host.now() + REFRESH_GRACE_MS) });
        open(account.did, nextId);
      }
      return answer(account, nextId);
    },
    end: (request) => {
      const claims = authenticate(host, world, request, 'refresh');
      if ('status' in claims) return claims;
      world.sessions.delete(claims.jti ?? '');
      return { status: 200 };
    },
    current: (request) => {
      const account = caller(request);
      return 'status' in account ? account : json(describeAccount(account));
    },
  };
}

/** Handles that begin with `unconfirmed` have not confirmed their e-mail address. */
export const isConfirmed = ({ handle }: Pick<Account, 'handle'>): boolean => !handle.startsWith('unconfirmed');

function describeAccount({ did, handle }: Account): object {
  return { did, handle, email: `owner@${handle}`, emailConfirmed: isConfirmed({ handle }), emailAuthFactor: false, active: true };
}
