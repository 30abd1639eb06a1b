/** The body of a request that is read while it is sent. `open` may be called again, for another try. */
export interface HttpBody {
  readonly sizeBytes: number;
  open(): AsyncIterable<Uint8Array>;
}

/** One HTTP request of a connector. `url` is absolute; header names are lower case. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | HttpBody;
  /**
   * True for the call that makes something visible on the platform: a fresh connection, no redirect, no retry, so that a
   * failure can be told apart as "no byte left" or "outcome unknown".
   */
  readonly visible?: boolean;
  /** Longest time from the first byte out to the last byte in. */
  readonly deadlineMs?: number;
}

/** An answer, complete. Header names are lower case; of a repeated header the values are joined by a comma. */
export interface HttpResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** No byte of the request left this machine: DNS, connection refused, TLS. */
export interface HttpUnsent {
  readonly kind: 'unsent';
  readonly reason: string;
}

/** The request may have been acted upon: timeout, reset, an answer that broke off. */
export interface HttpUnknown {
  readonly kind: 'unknown';
  readonly reason: string;
}

export type HttpOutcome = HttpResponse | HttpUnsent | HttpUnknown;

/** The way to a platform. Never throws for network reasons: what happened is the returned value. */
export interface Http {
  send(request: HttpRequest): Promise<HttpOutcome>;
}

/** Whether it is a 2xx (RFC 9110 section 15.3). */
export const isSuccess = ({ status }: HttpResponse): boolean => status >= 200 && status < 300;

/** The body as UTF-8 text; undecodable bytes become U+FFFD. */
export function bodyText(response: HttpResponse): string {
  return new TextDecoder().decode(response.body);
}

/** The body as JSON, or undefined when it is not JSON. */
export function bodyJson(response: HttpResponse): unknown {
  try {
    return JSON.parse(bodyText(response));
  } catch {
    return undefined;
  }
}

/** `application/x-www-form-urlencoded` body; undefined fields are left out. */
export function formBody(fields: Readonly<Record<string, string | undefined>>): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.append(name, value);
  return form.toString();
}

/** `url` with query parameters added; undefined ones are left out. */
export function withQuery(url: string, query: Readonly<Record<string, string | undefined>>): string {
  const encoded = formBody(query).replaceAll('+', '%20');
  if (encoded === '') return url;
  return `${url}${url.includes('?') ? '&' : '?'}${encoded}`;
}

/** HTTP Basic credentials, form-encoded first as RFC 6749 section 2.3.1 asks. */
export function basicAuthorization(id: string, secret: string): string {
  const encoded = `${encodeURIComponent(id)}:${encodeURIComponent(secret)}`;
  return `Basic ${Buffer.from(encoded, 'utf8').toString('base64')}`;
}
