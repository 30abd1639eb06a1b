import { inSpan, type Tracing } from '../observe/tracing.ts';
import type { Http, HttpOutcome, HttpRequest } from './port.ts';

/**
 * Each call to a platform as a span. Only its method and host are told: paths and queries of platforms carry tokens. The platform gets no
 * `traceparent` of ours; what happens inside Plaza is none of its business.
 */
export function tracedHttp(http: Http, tracing: Tracing): Http {
  return {
    async send(request: HttpRequest): Promise<HttpOutcome> {
      const host = URL.canParse(request.url) ? new URL(request.url).host : 'unknown';
      const attributes = { 'http.request.method': request.method, 'server.address': host, 'plaza.visible': request.visible === true };
      return inSpan(tracing, `${request.method} ${host}`, { kind: 'client', attributes }, async (span) => {
        const outcome = await http.send(request);
        if (outcome.kind === 'response') span.set({ 'http.response.status_code': outcome.status });
        else span.fail(outcome.kind);
        return outcome;
      });
    },
  };
}
