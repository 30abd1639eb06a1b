import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { json, refuse } from './answers.ts';
import { bearerOf, claimsOf, mint } from './sessions.ts';
import type { Account, World } from './world.ts';

const HOUR_SECONDS = 3600;
const MINUTE_SECONDS = 60;
const DID = /^did:[a-z]+:[a-zA-Z0-9._:%-]+$/;

/** `com.atproto.server.getServiceAuth`: a token of the account for another service, with the bounds of the reference server. */
export function getServiceAuth(host: SimulatorHost, world: World, account: Account, { query }: SimulatedRequest): SimulatedResponse {
  const [aud, lxm] = [query.get('aud') ?? '', query.get('lxm')];
  if (!DID.test(aud)) return refuse(400, 'InvalidRequest', 'Error: aud must be a valid did');
  const now = Math.floor(host.now() / 1000);
  const asked = query.get('exp');
  const exp = asked === null ? now + MINUTE_SECONDS : Number(asked);
  if (!Number.isInteger(exp)) return refuse(400, 'InvalidRequest', 'Error: exp must be an integer');
  if (exp < now) return refuse(400, 'BadExpiration', 'expiration is in past');
  if (exp - now > HOUR_SECONDS) return refuse(400, 'BadExpiration', 'cannot request a token with an expiration more than an hour in the future');
  if (lxm === null && exp - now > MINUTE_SECONDS) return refuse(400, 'BadExpiration', 'cannot request a method-less token with an expiration more than a minute in the future');
  return json({ token: mint(world, 'JWT', { iss: account.did, aud, exp, ...(lxm === null ? {} : { lxm }) }) });
}

/** Whose token it is and when it ends. */
export interface Bearer {
  readonly account: Account;
  readonly endsAtMs: number;
}

/** The account of a service token for this method. All hosts of the sandbox have one name, which is the audience. */
export function bearer(host: SimulatorHost, world: World, request: SimulatedRequest, lxm: string): Bearer | SimulatedResponse {
  const token = bearerOf(request);
  if (token === undefined) return refuse(401, 'AuthMissing', 'Authentication Required');
  const { iss, aud, exp, lxm: method } = claimsOf(world, token) ?? {};
  const account = typeof iss === 'string' ? world.accounts.get(iss) : undefined;
  if (account === undefined || typeof exp !== 'number') return refuse(401, 'BadJwt', 'could not verify the token');
  if (exp * 1000 <= host.now()) return refuse(401, 'JwtExpired', 'jwt expired');
  if (aud !== `did:web:${encodeURIComponent(request.headers['host'] ?? '')}`) return refuse(401, 'BadJwtAudience', 'jwt audience does not match service did');
  if (method !== lxm) return refuse(401, 'BadJwtLexiconMethod', `bad jwt lexicon method ("lxm"). must match: ${lxm}`);
  return { account, endsAtMs: exp * 1000 };
}
