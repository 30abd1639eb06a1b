import type { z } from 'zod';
import { bodyJson, harmless, hostOf, screen, type AccountCredential, type CallContext, type HttpRequest, type HttpResponse, type Refused, type Unknown, type Unsent } from '../kit/index.ts';
import { errors } from './errors.ts';

/** Versions are supported for a year at least; this one is good until September 2027 (Versioning). */
export const LINKEDIN_VERSION = '202609';

/** A call of the versioned API; `json` is its body. */
export interface RestCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** As `restPath` writes it, below `/rest`. */
  readonly path: string;
  readonly restliMethod?: 'FINDER' | 'BATCH_GET' | 'DELETE';
  readonly json?: unknown;
}

export type Answer<T> = { readonly kind: 'answer'; readonly value: T } | Refused;

/** The request of a versioned call as the account (Versioning; Rest.li protocol version). */
export function restRequest(context: CallContext, credential: AccountCredential, { method, path, restliMethod, json }: RestCall): HttpRequest {
  const headers = {
    authorization: `Bearer ${credential.accessToken.reveal()}`,
    accept: 'application/json',
    'linkedin-version': LINKEDIN_VERSION,
    'x-restli-protocol-version': '2.0.0',
    ...(restliMethod === undefined ? {} : { 'x-restli-method': restliMethod }),
    ...(json === undefined ? {} : { 'content-type': 'application/json' }),
  };
  return { method, url: `${hostOf(context.hosts, 'api')}/rest${path}`, headers, ...(json === undefined ? {} : { body: JSON.stringify(json) }) };
}

/** Sends a call; what is no success is read by the error table. */
export async function send(context: CallContext, request: HttpRequest): Promise<HttpResponse | Refused | Unsent | Unknown> {
  return screen(await context.http.send(request), errors, context.nowMs);
}

/** Asks what makes nothing visible. An answer of another shape than the documented one may be asked for again. */
export async function ask<T>(context: CallContext, request: HttpRequest, schema: z.ZodType<T>): Promise<Answer<T>> {
  const answer = await send(context, request);
  if (answer.kind !== 'response') return harmless(answer);
  const { data } = schema.safeParse(bodyJson(answer));
  if (data !== undefined) return { kind: 'answer', value: data };
  return { kind: 'refused', category: 'transient', code: 'shape', message: `LinkedIn answered ${request.method} in a shape that is not known.`, httpStatus: answer.status };
}
