import type { ServerResponse } from 'node:http';
import type { SimulatedRequest, Simulator } from '@plaza/connectors/simulators';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Answer, AnswerCall } from '../../application/answer-call.ts';
import type { Later } from '../../application/ports.ts';

/** Reels and the like come in one piece; nothing that a platform takes in one piece for a test is larger. */
const BODY_LIMIT_BYTES = 320 * 1024 * 1024;

interface Parts {
  readonly simulators: ReadonlyMap<string, Simulator>;
  readonly answerCall: AnswerCall;
  readonly later: Later;
}

/** `/{platform}/{host}/*` in every method, with the body as raw bytes whatever its type says. */
export function platformRoutes(app: FastifyInstance, { simulators, answerCall, later }: Parts): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT_BYTES }, (_request, body, done) => done(null, body));
  app.all<{ Params: { platform: string; host: string } }>('/:platform/:host/*', { bodyLimit: BODY_LIMIT_BYTES }, async (request, reply) => {
    const simulator = simulators.get(request.params.platform);
    if (simulator === undefined || !simulator.hosts.includes(request.params.host)) {
      return reply
        .code(404)
        .send({ error: 'not_found', message: `The sandbox has no host ${request.params.platform}/${request.params.host}.` });
    }
    const answer = await answerCall.execute(simulator, simulated(request, request.params.host));
    return deliver(request, reply, answer, later);
  });
}

/** The path and query stay as they came over the wire, percent-encoding included. */
function simulated(request: FastifyRequest, host: string): SimulatedRequest {
  const [path = '/', query = ''] = splitOnce(request.raw.url ?? '/', '?');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) if (value !== undefined) headers[name] = [value].flat().join(', ');
  const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
  return { method: request.method, host, path: `/${path.split('/').slice(3).join('/')}`, query: new URLSearchParams(query), headers, body };
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function deliver(request: FastifyRequest, reply: FastifyReply, answer: Answer, later: Later): FastifyReply {
  if (answer.kind === 'drop') {
    reply.hijack();
    request.raw.socket.destroy();
    return reply;
  }
  const { status, headers, body } = answer.response;
  const send = (): void => {
    if (request.raw.socket.destroyed) return;
    reply.raw.writeHead(status, { 'cache-control': 'no-store', ...headers });
    if (answer.byteEveryMs === undefined) reply.raw.end(body);
    else trickle(reply.raw, Buffer.from(body ?? ''), answer.byteEveryMs, later);
  };
  // The answer goes out as the simulator made it: no header and no serialisation of the framework's own.
  reply.hijack();
  if (answer.afterMs > 0) later(answer.afterMs, send);
  else send();
  return reply;
}

/** Writes one byte at a time, until all are written or no one listens any more. */
function trickle(response: ServerResponse, rest: Buffer, everyMs: number, later: Later): void {
  if (response.destroyed) return;
  if (rest.length <= 1) return void response.end(rest);
  response.write(rest.subarray(0, 1));
  later(everyMs, () => trickle(response, rest.subarray(1), everyMs, later));
}
