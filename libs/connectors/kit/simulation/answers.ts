import type { SimulatedRequest, SimulatedResponse } from '../simulator.ts';

/** A JSON answer. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): SimulatedResponse {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8', ...headers }, body: JSON.stringify(body) };
}

/** The error of an OAuth endpoint (RFC 6749 section 5.2). */
export function oauthError(status: number, error: string, description?: string): SimulatedResponse {
  return json(status, { error, ...(description === undefined ? {} : { error_description: description }) });
}

export const bodyText = (request: SimulatedRequest): string => Buffer.from(request.body).toString('utf8');

/** The body as a form. */
export const formOf = (request: SimulatedRequest): URLSearchParams => new URLSearchParams(bodyText(request));

/** The body as JSON, or undefined when it is none. */
export function jsonOf(request: SimulatedRequest): unknown {
  try {
    return JSON.parse(bodyText(request));
  } catch {
    return undefined;
  }
}

/** The token of `Authorization: Bearer`. */
export function bearerOf(request: SimulatedRequest): string | undefined {
  return /^Bearer (.+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
}

/** Id and secret of HTTP Basic authentication, form-decoded as RFC 6749 section 2.3.1 asks. */
export function basicOf(request: SimulatedRequest): { readonly clientId: string; readonly clientSecret: string } | undefined {
  const [, encoded] = /^Basic ([\w+/=-]+)$/i.exec(request.headers['authorization'] ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const [clientId = '', clientSecret = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':').map(formDecoded);
  return { clientId, clientSecret };
}

function formDecoded(text: string): string {
  return new URLSearchParams(`v=${text}`).get('v') ?? '';
}

/** Headers that tell a client to come back, in one of the forms that {@link Fault} knows; `platform` is the platform's own matter. */
export function waitHeaders(form: 'seconds' | 'date' | 'absent' | 'absurd' | 'platform', seconds: number, nowMs: number): Readonly<Record<string, string>> {
  if (form === 'seconds' || form === 'absurd') return { 'retry-after': String(seconds) };
  if (form === 'date') return { 'retry-after': new Date(nowMs + seconds * 1000).toUTCString() };
  return {};
}
