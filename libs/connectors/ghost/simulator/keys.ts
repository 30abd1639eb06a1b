import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SimulatedRequest, SimulatedResponse } from '../../kit/simulator.ts';
import { REFUSALS, unauthorized } from './answers.ts';
import { z } from 'zod';

const headerSchema = z.object({ alg: z.literal('HS256'), kid: z.string().regex(/^[0-9a-f]{24}$/) });
const claimsSchema = z.object({ iat: z.int(), exp: z.int(), aud: z.string() });
const MAX_AGE_SECONDS = 300;
const SECRET_DIGITS = 64;

const secretOf = (kid: string): Buffer => Buffer.from(kid.repeat(3).slice(0, SECRET_DIGITS), 'hex');

function parsed<S extends z.ZodType>(schema: S, part: string | undefined): z.output<S> | undefined {
  try {
    return schema.safeParse(JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

const tokenOf = (request: SimulatedRequest): readonly string[] | undefined => /^Ghost ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(request.headers['authorization'] ?? '')?.slice(1);

/** The id of the key that a request names. */
export const keyIdOf = (request: SimulatedRequest): string | undefined => parsed(headerSchema, tokenOf(request)?.[0])?.kid;

/** What is wrong with the token of a request, in the order in which Ghost looks (core/server/services/auth/api-key/admin.js). */
export function checkToken(request: SimulatedRequest, nowMs: number): SimulatedResponse | undefined {
  if (request.headers['authorization'] === undefined) return REFUSALS['no_permission']?.();
  const [header = '', claims = '', signature = ''] = tokenOf(request) ?? [];
  if (header === '') return REFUSALS['invalid_header']?.();
  const kid = keyIdOf(request);
  if (kid === undefined) return unauthorized('INVALID_JWT', 'Invalid token');
  if (kid.startsWith('dead')) return REFUSALS['unknown_key']?.();
  const wanted = createHmac('sha256', secretOf(kid)).update(`${header}.${claims}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return REFUSALS['wrong_signature']?.();
  const { iat, exp, aud } = parsed(claimsSchema, claims) ?? { iat: 0, exp: 0, aud: '' };
  const now = Math.floor(nowMs / 1000);
  if (exp <= now) return unauthorized('INVALID_JWT', 'Invalid token: jwt expired');
  if (!/\/?admin\/?$/.test(aud)) return unauthorized('INVALID_JWT', 'Invalid token: jwt audience invalid. expected: /\\/?admin\\/?$/');
  return iat + MAX_AGE_SECONDS < now ? REFUSALS['token_too_old']?.() : undefined;
}
