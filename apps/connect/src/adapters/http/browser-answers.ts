import { ERRORS, statusOf, type ErrorCode } from '@plaza/contracts';
import type { FastifyReply } from 'fastify';

const HEADERS = {
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
};

/** Sends the browser on. 303 makes it a GET, and no referrer takes the code or the state along (RFC 9700 section 4.2). */
export function sendOn(reply: FastifyReply, location: string): void {
  void reply.code(303).headers(HEADERS).header('location', location).send();
}

/** A page for a browser that no one told us where to send. Its texts are ours alone: nothing of the request is in it. */
export function sendPage(reply: FastifyReply, code: ErrorCode | null): void {
  const [title, text] = code === null ? ['Connected', 'The account is connected. You can close this window.'] : ['Not connected', ERRORS[code][2]];
  void reply.code(code === null ? 200 : statusOf(code)).headers(HEADERS).type('text/html; charset=utf-8').send(page(title, text));
}

function page(title: string, text: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><style>body{font:16px/1.5 system-ui;margin:4rem auto;max-width:32rem;padding:0 1rem}</style></head><body><h1>${title}</h1><p>${text}</p></body></html>\n`;
}
