import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';

/**
 * Reads bodies as JSON in valid UTF-8 and nothing else; other types are 415, broken JSON or broken UTF-8 is 400. Routes that stream their
 * body get it as it arrives, whatever its type.
 */
export function readJson(fastify: FastifyInstance, streams: (request: FastifyRequest) => boolean): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (request, body, done) => {
    if (streams(request)) done(null, body);
    else done(Problem.of('request.unsupported_type'));
  });
  fastify.addContentTypeParser(/^application\/(?:[\w.-]+\+)?json\b/i, { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJson(body as Buffer));
    } catch {
      done(Problem.of('request.malformed_json'));
    }
  });
}

/** An empty body is none. A key `__proto__` is refused: it could change what later code sees in every object. */
function parseJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  if (/"(?:__proto__|\\u005f)/i.test(text)) throw new Error('A prototype cannot be set.');
  return JSON.parse(text);
}
