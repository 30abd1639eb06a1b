import { errorBody, ERRORS, failure, fail, ok, type ErrorCode, type Failure, type Result, type RouteContract, type RouteOutput, type ServiceName } from '@plaza/contracts';
import { currentWork } from '../observe/work-context.ts';
import { IDENTITY_HEADER, type IdentityTokens } from './identity.ts';

/** The way to another service's HTTP side: a call in the same process, or over the network. */
export interface ServiceTransport {
  call(
    service: ServiceName,
    request: { readonly method: string; readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body?: string },
  ): Promise<{ readonly status: number; readonly body: string }>;
}

export interface InternalCall {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The project on whose behalf the call is made; null for what serves all projects. */
  readonly projectId: string | null;
}

/** Calls declared routes of other services under the signed identity of this one. */
export class InternalClient {
  readonly #transport: ServiceTransport;
  readonly #tokens: IdentityTokens;
  readonly #service: ServiceName;

  constructor(transport: ServiceTransport, tokens: IdentityTokens, service: ServiceName) {
    this.#transport = transport;
    this.#tokens = tokens;
    this.#service = service;
  }

  /** The route's answer, parsed by its contract, or the failure that the other service gave. An unreachable service is `internal.unavailable`. */
  async call<C extends RouteContract>(contract: C, input: InternalCall): Promise<Result<RouteOutput<C>, Failure>> {
    const path = contract.path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => encodeURIComponent(input.params?.[name] ?? ''));
    const query = input.query === undefined ? '' : `?${new URLSearchParams(input.query).toString()}`;
    const { token } = this.#tokens.sign({ kind: 'service', service: this.#service, projectId: input.projectId });
    const work = currentWork();
    const answer = await this.#transport
      .call(contract.service, {
        method: contract.method,
        url: path + query,
        headers: {
          [IDENTITY_HEADER]: token,
          ...(input.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(work === undefined ? {} : { traceparent: work.traceparent }),
          ...(work?.requestId === undefined ? {} : { 'x-request-id': work.requestId }),
        },
        ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
      })
      .catch(() => undefined);
    if (answer === undefined) return fail(failure('internal.unavailable', { retryAfterSeconds: 2 }));
    const body = readJsonText(answer.body);
    // What is not ours to read was not said by a service of ours: something in between answered.
    if (body === undefined) return fail(failure('internal.unavailable', { retryAfterSeconds: 2 }));
    if (answer.status === contract.success.status && contract.success.schema !== null) return ok(contract.success.schema.parse(body) as RouteOutput<C>);
    return fail(readFailure(body));
  }
}

function readJsonText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readFailure(body: unknown): Failure {
  const { code, message, details } = body as Partial<ReturnType<typeof errorBody>> & { code?: string; message?: string; details?: Record<string, unknown> };
  if (code === undefined || !(code in ERRORS)) return failure('internal.error');
  return failure(code as ErrorCode, { ...(message === undefined ? {} : { message }), ...(details === undefined ? {} : { details }) });
}
