import { createAddressGuard } from './address-guard.ts';
import { NO_TRACING, type Tracing } from '../observe/tracing.ts';
import { createHttp } from './http-client.ts';
import type { Http, HttpOutcome, HttpRequest } from './port.ts';
import { tracedHttp } from './traced-http.ts';

/** The ways out by mode: `live` reaches public https addresses only, `test` the sandbox and nothing else. */
export interface PlatformHttp {
  readonly live: Http;
  readonly test: Http;
  close(): Promise<void>;
}

/** `allowedHosts`: the operator's `host:port` exceptions from the address guard. `sandboxUrl`: without a trailing slash. */
export function createPlatformHttp(options: {
  readonly userAgent: string;
  readonly allowedHosts: readonly string[];
  readonly sandboxUrl: string;
  readonly tracing?: Tracing;
}): PlatformHttp {
  const live = createHttp({ userAgent: options.userAgent, guard: createAddressGuard({ allow: options.allowedHosts }) });
  const test = createHttp({ userAgent: options.userAgent });
  const { tracing = NO_TRACING } = options;
  const sandbox: Http = {
    async send(request: HttpRequest): Promise<HttpOutcome> {
      if (!request.url.startsWith(`${options.sandboxUrl}/`)) return { kind: 'unsent', reason: 'A test key reaches the sandbox only.' };
      return test.send(request);
    },
  };
  return {
    live: tracedHttp(live, tracing),
    test: tracedHttp(sandbox, tracing),
    async close() {
      await Promise.all([live.close(), test.close()]);
    },
  };
}
