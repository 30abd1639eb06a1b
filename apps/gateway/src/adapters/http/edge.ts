import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  boundBody,
  contractFinder,
  currentWork,
  dialectBy,
  endWithAnswer,
  ErrorFilter,
  headerText,
  IDENTITY_HEADER,
  measureAnswers,
  newId,
  newTraceparent,
  readTraceparent,
  runInWork,
  sendFailure,
  writeFailure,
  writeTraceparent,
  type Logger,
  type Metrics,
  type Tracing,
} from '@plaza/chassis';
import { failure, publicRoutes, type ErrorDialect, type Failure, type RouteContract } from '@plaza/contracts';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Authenticate } from '../../application/authenticate.ts';
import type { LimitVerdict } from '../../domain/sliding-window.ts';

/** Answers a request, now or later, or gives back the failure that is to be written because nothing was. */
export type RawHandler = (request: IncomingMessage, response: ServerResponse) => undefined | Promise<Failure | undefined>;

/** A handler that is another Fastify instance of this process. */
export function routed(instance: FastifyInstance): RawHandler {
  return (request, response) => {
    instance.routing(request, response);
    return undefined;
  };
}

/** Hands a request on to the service that answers it. */
export type Forward = (route: Pick<RouteContract, 'service' | 'streamsBody'>, ...exchange: Parameters<RawHandler>) => ReturnType<RawHandler>;

/** A part that answers below a path of its own, e.g. the sandbox; the prefix is stripped. */
export type Mounts = Readonly<Record<string, RawHandler>>;

export interface EdgeOptions {
  readonly authenticate: Authenticate;
  readonly forward: Forward;
  readonly mounts: Mounts;
  readonly limitPerMinute: number;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly logger: Logger;
}

/** The public listener's name in figures and traces; it is part of the gateway's process, and not its service. */
const EDGE = 'edge';
const HEADERS_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 72_000;
const CALLER_REQUEST_ID = /^[\w.-]{1,100}$/;

/**
 * The public listener: gives each request its id, finds its route among the contracts, checks key, scope and limit, and hands the raw
 * request on to the service. Bodies are not read here, so a large one is held once and not twice.
 */
export function createEdge(options: EdgeOptions): FastifyInstance {
  const dialectOf = dialectBy(publicRoutes);
  const contractOf = contractFinder(publicRoutes);
  const edge = fastify({
    requestTimeout: 0,
    http: { headersTimeout: HEADERS_TIMEOUT_MS },
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    // What still arrives on an open connection while the listener closes is served like any other.
    return503OnClosing: false,
    rewriteUrl: (request) => (request.url ?? '/').replace(/^\/api(?=\/v1(?:\/|\?|$))/, ''),
    genReqId: (request) => (typeof request.headers['x-request-id'] === 'string' && CALLER_REQUEST_ID.test(request.headers['x-request-id']) ? request.headers['x-request-id'] : newId()),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 500 },
    exposeHeadRoutes: false,
  });
  const errors = new ErrorFilter(options.logger, dialectOf);
  edge.addHook('onRequest', (request, reply, done) => {
    if (contractOf(request)?.streamsBody !== true) boundBody(request.raw, reply.raw);
    void reply.headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    runInWork({ requestId: request.id, traceparent: beginTrace(request, reply, contractOf(request), options.tracing) }, done);
  });
  measureAnswers(edge, options.metrics, EDGE, contractOf);
  edge.setErrorHandler((error, request, reply) => errors.answer(error, request, reply));
  edge.setNotFoundHandler((request, reply) => sendFailure(reply, notFound(request, reply), dialectOf(request), request.id));
  for (const route of publicRoutes) addRoute(edge, route, options, dialectOf);
  for (const [prefix, handle] of Object.entries(options.mounts)) addMount(edge, prefix, handle);
  return edge;
}

/** The caller's trace goes on, or one begins. Only calls of the API are spans: documents, the sandbox and probes would drown them. */
function beginTrace(request: FastifyRequest, reply: FastifyReply, route: RouteContract | undefined, tracing: Tracing): string {
  const place = readTraceparent(headerText(request, 'traceparent'));
  const parent = place === undefined ? undefined : writeTraceparent(place);
  if (route === undefined) return parent ?? newTraceparent();
  const attributes = { 'plaza.service': EDGE, 'http.route': route.id, 'http.request.method': request.method, 'plaza.request_id': request.id };
  const span = tracing.start(`${route.method} ${route.path}`, { kind: 'server', parent, attributes });
  endWithAnswer(span, reply.raw);
  return span.traceparent;
}

function addRoute(edge: FastifyInstance, route: RouteContract, options: EdgeOptions, dialectOf: (request: FastifyRequest) => ErrorDialect): void {
  edge.route({
    method: route.method,
    url: toRouterPath(route.path),
    onRequest: async (request, reply) => {
      const headers = { accessKey: headerText(request, 'x-access-key'), authorization: headerText(request, 'authorization') };
      const admitted = await options.authenticate.execute(route, headers, request.ip);
      const limit = admitted.ok ? admitted.value.limit : admitted.failure.limit;
      if (limit !== undefined) void reply.headers(limitHeaders(limit, options.limitPerMinute));
      if (!admitted.ok) {
        sendFailure(reply, admitted.failure.failure, dialectOf(request), request.id);
        return reply;
      }
      const { raw } = request;
      raw.headers[IDENTITY_HEADER] = admitted.value.identity;
      raw.headers['x-request-id'] = request.id;
      raw.headers['traceparent'] = currentWork()?.traceparent;
      // The service needs who asks, not the key itself: what it never sees it cannot leak.
      delete raw.headers['x-access-key'];
      delete raw.headers.authorization;
      hijack(reply);
      void answer(options.forward(route, raw, reply.raw), reply, dialectOf(request));
      return reply;
    },
    handler: unreachable,
  });
}

function addMount(edge: FastifyInstance, prefix: string, handle: RawHandler): void {
  const onRequest = (request: FastifyRequest, reply: FastifyReply): void => {
    request.raw.url = (request.raw.url ?? '/').slice(prefix.length) || '/';
    hijack(reply, false);
    void answer(handle(request.raw, reply.raw), reply, 'plaza');
  };
  edge.all(prefix, { onRequest: (request, reply, _done) => onRequest(request, reply) }, unreachable);
  edge.all(`${prefix}/*`, { onRequest: (request, reply, _done) => onRequest(request, reply) }, unreachable);
}

/** Takes the answer out of the edge's hands; headers that were set so far go with it. */
function hijack(reply: FastifyReply, keepHeaders = true): void {
  if (keepHeaders) for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
  reply.hijack();
}

/** Writes what the handler could not: that its service is away. A caller that is gone is told nothing. */
async function answer(handled: ReturnType<RawHandler>, reply: FastifyReply, dialect: ErrorDialect): Promise<void> {
  const problem = await Promise.resolve(handled).catch(() => 'broken' as const);
  if (problem === undefined) return;
  if (problem === 'broken' || reply.raw.headersSent) {
    reply.raw.destroy();
    return;
  }
  writeFailure(reply.raw, problem, dialect, reply.request.id);
}

function unreachable(): never {
  throw new Error('The request was handed on before.');
}

/** `RateLimit` and `RateLimit-Policy` as in draft-ietf-httpapi-ratelimit-headers-10. */
function limitHeaders(limit: LimitVerdict, perMinute: number): Record<string, string> {
  const seconds = Math.ceil(limit.retryInMs / 1000);
  return { ratelimit: `"key";r=${limit.remaining};t=${seconds}`, 'ratelimit-policy': `"key";q=${perMinute};w=60` };
}

function toRouterPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

const MATCHERS = publicRoutes.map((route) => ({ method: route.method, pattern: new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, '[^/]+')}/?$`) }));

function notFound(request: FastifyRequest, reply: FastifyReply): Failure {
  const path = request.url.split('?')[0] ?? '';
  const methods = MATCHERS.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
  if (methods.length === 0) return failure('route.not_found');
  void reply.header('allow', methods.join(', '));
  return failure('route.method_not_allowed');
}

