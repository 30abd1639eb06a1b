import type { DynamicModule, INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ErrorDialect, RouteContract } from '@plaza/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from '../logging.ts';
import { contractFinder, measureAnswers, OTHER_ROUTE } from '../observe/http-figures.ts';
import { readTraceparent, writeTraceparent } from '../observe/traceparent.ts';
import { endWithAnswer } from '../observe/http-trace.ts';
import { runInWork } from '../observe/work-context.ts';
import type { ServiceObservation } from '../service.ts';
import { boundBody } from './body-deadline.ts';
import { ErrorFilter } from './error-filter.ts';
import type { IdempotencyKeys } from './idempotency.ts';
import { IDENTITY_HEADER, type Identity, type IdentityTokens } from './identity.ts';
import { readJson } from './json-body.ts';
import { MAX_BODY_BYTES } from './limits.ts';
import { NestLog } from './nest-log.ts';
import { Problem } from './problem.ts';
import { currentRequest, runInRequest } from './request-context.ts';
import { RouteInterceptor, type ResumeAnswer } from './route-interceptor.ts';

const SWEEP_EVERY_MS = 60 * 60_000;

export interface ServiceAppOptions {
  readonly module: DynamicModule;
  readonly logger: Logger;
  readonly tokens: IdentityTokens;
  readonly routes: readonly RouteContract[];
  readonly observe: ServiceObservation;
  readonly idempotency?: IdempotencyKeys;
  readonly resume?: ResumeAnswer;
  /** Connects what is not HTTP, e.g. the event server; runs before the app is initialised. */
  readonly connect?: (app: INestApplication) => void;
}

/**
 * An inner service's HTTP side, not listening: it takes requests with a signed identity only, parses JSON strictly, checks answers by
 * contract and writes errors in the route's dialect.
 */
export async function createServiceApp(options: ServiceAppOptions): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({ bodyLimit: MAX_BODY_BYTES, requestTimeout: 0, return503OnClosing: false, routerOptions: { ignoreTrailingSlash: true, maxParamLength: 500 } });
  const fastify = adapter.getInstance<FastifyInstance>();
  const contractOf = contractFinder(options.routes);
  readJson(fastify, (request) => contractOf(request)?.streamsBody === true);
  fastify.addHook('onRequest', (request, reply, done) => {
    if (contractOf(request)?.streamsBody !== true) boundBody(request.raw, reply.raw);
    done();
  });
  measureAnswers(fastify, options.observe.metrics, options.observe.service, contractOf);
  requireIdentity(fastify, options);
  const filter = new ErrorFilter(options.logger, dialectBy(options.routes));
  const app = await NestFactory.create<NestFastifyApplication>(options.module, adapter, { bodyParser: false, logger: new NestLog(options.logger), abortOnError: false });
  app.useGlobalFilters(filter);
  app.useGlobalInterceptors(new RouteInterceptor(options.idempotency, options.resume));
  if (options.idempotency !== undefined) sweepHourly(fastify, options.idempotency, options.logger);
  options.connect?.(app);
  await app.init();
  await fastify.ready();
  return app;
}

function sweepHourly(fastify: FastifyInstance, keys: IdempotencyKeys, logger: Logger): void {
  const timer = setInterval(() => void keys.purge().catch((error: unknown) => logger.warn({ reason: String(error) }, 'Sweeping idempotency keys failed.')), SWEEP_EVERY_MS).unref();
  fastify.addHook('onClose', async () => clearInterval(timer));
}

function requireIdentity(fastify: FastifyInstance, { tokens, observe, routes }: ServiceAppOptions): void {
  const contractOf = contractFinder(routes);
  fastify.addHook('onRequest', (request, reply, done) => {
    const identity = tokens.verify(headerText(request, IDENTITY_HEADER));
    if (identity === undefined) return done(Problem.of('internal.identity_required'));
    const isPostpeer = headerText(request, 'plaza-dialect')?.toLowerCase() === 'postpeer';
    const requestId = headerText(request, 'x-request-id') ?? request.id;
    const place = readTraceparent(headerText(request, 'traceparent'));
    const route = contractOf(request)?.id ?? OTHER_ROUTE;
    const attributes = { 'plaza.service': observe.service, 'http.route': route, 'http.request.method': request.method, 'plaza.request_id': requestId };
    const span = observe.tracing.start(`${observe.service} ${route}`, { kind: 'server', parent: place && writeTraceparent(place), attributes });
    endWithAnswer(span, reply.raw);
    return runInWork({ requestId, traceparent: span.traceparent }, () => runInRequest({ requestId, identity, isPostpeer }, done));
  });
}

/** The dialect of the route that a request is for; errors before routing are written in Plaza's own. */
export function dialectBy(routes: readonly RouteContract[]): (request: FastifyRequest) => ErrorDialect {
  const snakePaths = new Set(routes.filter(({ dialect }) => dialect === 'snake').map(({ path }) => path));
  return (request) => {
    const path = (request.url.split('?')[0] ?? '').replace(/^\/api(?=\/)/, '').replace(/\/$/, '');
    return snakePaths.has(path) ? 'snake' : 'plaza';
  };
}

export function headerText(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** The key that asks. Routes between services have none, so a handler of one must not call this. */
export function callerKey(): Extract<Identity, { kind: 'key' }> {
  const identity = currentRequest()?.identity;
  if (identity?.kind !== 'key') throw Problem.of('internal.identity_required');
  return identity;
}

/** The service that asks, for routes between services. */
export function callerService(): Extract<Identity, { kind: 'service' }> {
  const identity = currentRequest()?.identity;
  if (identity?.kind !== 'service') throw Problem.of('internal.identity_required');
  return identity;
}

/** The project on whose behalf a service asks, for routes between services that serve one project. */
export function callerServiceProject(): string {
  const { projectId } = callerService();
  if (projectId === null) throw Problem.of('internal.identity_required');
  return projectId;
}
