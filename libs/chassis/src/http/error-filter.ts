import type { ServerResponse } from 'node:http';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { errorBody, failure, statusOf, type ErrorCode, type ErrorDialect, type Failure } from '@plaza/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isDatabaseUnavailable } from '../database/connect.ts';
import type { Logger } from '../logging.ts';
import { Problem } from './problem.ts';
import { currentRequest } from './request-context.ts';

const UNAVAILABLE_RETRY_SECONDS = 2;

/** Codes of Fastify's own errors, as the catalogue names them. */
const FASTIFY_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'request.too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'request.unsupported_type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'request.malformed_json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'request.malformed_json',
  FST_ERR_BAD_URL: 'request.invalid',
};
const HTTP_STATUSES: Readonly<Record<number, ErrorCode>> = {
  400: 'request.invalid',
  404: 'route.not_found',
  405: 'route.method_not_allowed',
  408: 'request.timeout',
  413: 'request.too_large',
  415: 'request.unsupported_type',
};

/** What an error means to the caller: expected failures as they are, an absent database as 503, anything else as a bug of ours. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Problem) return error.failure;
  if (isDatabaseUnavailable(error)) return failure('internal.unavailable', { retryAfterSeconds: UNAVAILABLE_RETRY_SECONDS });
  const code = error instanceof Error && 'code' in error ? FASTIFY_CODES[String(error.code)] : undefined;
  if (code !== undefined) return failure(code);
  const status = error instanceof HttpException ? HTTP_STATUSES[error.getStatus()] : undefined;
  return failure(status ?? 'internal.error');
}

/** Writes an error answer in the given dialect. */
export function sendFailure(reply: FastifyReply, problem: Failure, dialect: ErrorDialect, requestId: string): void {
  if (problem.retryAfterSeconds !== undefined) void reply.header('retry-after', String(Math.max(1, Math.ceil(problem.retryAfterSeconds))));
  void reply.code(statusOf(problem.code)).header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(errorBody(dialect, problem, requestId)));
}

/** The same where Fastify has given the answer out of its hands. */
export function writeFailure(response: ServerResponse, problem: Failure, dialect: ErrorDialect, requestId: string): void {
  if (problem.retryAfterSeconds !== undefined) response.setHeader('retry-after', String(Math.max(1, Math.ceil(problem.retryAfterSeconds))));
  response.writeHead(statusOf(problem.code), { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(errorBody(dialect, problem, requestId)));
}

/** Turns whatever a handler throws into an answer; what is no expected failure is logged with its reason, and only there. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  readonly #logger: Logger;
  readonly #dialectOf: (request: FastifyRequest) => ErrorDialect;

  constructor(logger: Logger, dialectOf: (request: FastifyRequest) => ErrorDialect) {
    this.#logger = logger;
    this.#dialectOf = dialectOf;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    this.answer(error, request, reply);
  }

  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const problem = toFailure(error);
    const requestId = currentRequest()?.requestId ?? String(request.id);
    if (problem.code === 'internal.error') this.#logger.error({ err: error, requestId, url: request.url.split('?')[0] }, 'A request failed.');
    if (problem.code === 'internal.unavailable') this.#logger.warn({ reason: String(error), requestId }, 'The database is not there.');
    if (reply.sent) return;
    sendFailure(reply, problem, this.#dialectOf(request), requestId);
  }
}
