import { bodyJson, type HttpOutcome, type HttpRequest } from '../kit/index.ts';

/** The bytes of a request's body, however it is given. */
export async function bytesOf({ body = '' }: Pick<HttpRequest, 'body'>): Promise<Buffer> {
  if (typeof body === 'string' || body instanceof Uint8Array) return Buffer.from(body);
  const pieces: Uint8Array[] = [];
  for await (const piece of body.open()) pieces.push(piece);
  return Buffer.concat(pieces);
}

export async function jsonSent(request: Pick<HttpRequest, 'body'> | undefined): Promise<unknown> {
  return JSON.parse((await bytesOf(request ?? {})).toString('utf8'));
}

/** Method and path of a request, with `#` for each id. */
export function pathSent({ method, url }: HttpRequest): string {
  const { pathname } = new URL(url);
  return `${method} ${pathname.replace(/^\/pinterest/, '').replaceAll(/\d{10,}/g, '#')}`;
}

export const jsonAnswered = (outcome: HttpOutcome | undefined): unknown => (outcome?.kind === 'response' ? bodyJson(outcome) : undefined);
