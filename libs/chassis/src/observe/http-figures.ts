import type { RouteContract } from '@plaza/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Metrics } from './metrics.ts';

/** Up to the half minute that a caller may wait for an outcome. Seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Routes that are not contracts (documents, the sandbox, health) and requests for none. */
export const OTHER_ROUTE = 'other';

/** Finds a request's contract by the route that took it, never by its path. */
export function contractFinder(routes: readonly RouteContract[]): (request: FastifyRequest) => RouteContract | undefined {
  const byRoute = new Map(routes.map((route) => [`${route.method} ${route.path.replaceAll(/\{(\w+)\}/g, ':$1')}`, route]));
  return ({ method, routeOptions }) => byRoute.get(`${method} ${routeOptions.url ?? ''}`);
}

/** Measures every answer by service, contract id and class of status. */
export function measureAnswers(fastify: FastifyInstance, metrics: Metrics, service: string, contractOf: (request: FastifyRequest) => RouteContract | undefined): void {
  const durations = metrics.histogram('plaza_http_request_duration_seconds', 'Time from the first byte of a request to the end of its answer.', ['service', 'route', 'status'], BUCKETS);
  fastify.addHook('onRequest', (request, { raw }, done) => {
    const startedMs = performance.now();
    // Not Fastify's `onResponse`, which never comes for one who hung up: they got no status, whatever was about to be answered.
    raw.once('close', () => {
      const status = raw.writableEnded ? `${Math.floor(raw.statusCode / 100)}xx` : 'aborted';
      durations.observe({ service, route: contractOf(request)?.id ?? OTHER_ROUTE, status }, (performance.now() - startedMs) / 1000);
    });
    done();
  });
}
