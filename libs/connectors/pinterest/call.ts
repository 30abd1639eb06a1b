import type { z } from 'zod';
import { bodyJson, harmless, hostOf, screen, type AccountCredential, type CallContext, type HttpRequest, type HttpResponse, type Refused, type Unknown, type Unsent } from '../kit/index.ts';
import { errors } from './errors.ts';

export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below `/v5`, with its query. */
  readonly path: string;
  readonly json?: unknown;
}

export type Answer<T> = { readonly kind: 'answer'; readonly value: T } | Refused;

/** The request of a call as the account. */
export function apiRequest(context: CallContext, credential: AccountCredential, { method, path, json }: ApiCall): HttpRequest {
  const headers = { authorization: `Bearer ${credential.accessToken.reveal()}`, accept: 'application/json', ...(json === undefined ? {} : { 'content-type': 'application/json' }) };
  return { method, url: `${hostOf(context.hosts, 'api')}/v5${path}`, headers, ...(json === undefined ? {} : { body: JSON.stringify(json) }) };
}

/** Sends a call; what is no success is read by the error table. */
export async function send(context: CallContext, request: HttpRequest): Promise<HttpResponse | Refused | Unsent | Unknown> {
  return screen(await context.http.send(request), errors, context.nowMs);
}

/** Asks what makes nothing visible. An answer of another shape than the documented one may be asked for again. */
export async function ask<T>(context: CallContext, credential: AccountCredential, call: ApiCall, schema: z.ZodType<T>): Promise<Answer<T>> {
  const answer = await send(context, apiRequest(context, credential, call));
  if (answer.kind !== 'response') return harmless(answer);
  const { data } = schema.safeParse(bodyJson(answer));
  if (data !== undefined) return { kind: 'answer', value: data };
  return { kind: 'refused', category: 'transient', code: 'shape', message: `Pinterest answered ${call.method} ${call.path.split('?')[0]} in a shape that is not known.`, httpStatus: answer.status };
}
