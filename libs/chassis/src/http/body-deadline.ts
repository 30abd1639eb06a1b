import type { IncomingMessage, ServerResponse } from 'node:http';
import { failure } from '@plaza/contracts';
import { writeFailure } from './error-filter.ts';

/** A body has to be there within this; a handler that waits for an outcome may take longer. Milliseconds. */
const BODY_TIMEOUT_MS = 30_000;

/**
 * Ends a request whose body does not arrive. Node's own limit on requests knows no exception for those whose body is a large file, so
 * listeners switch it off and call this for all the others; headers keep Node's limit.
 */
export function boundBody(request: IncomingMessage, response: ServerResponse, timeoutMs = BODY_TIMEOUT_MS): void {
  if (request.complete) return;
  const timer = setTimeout(() => {
    if (!response.headersSent) writeFailure(response, failure('request.timeout'), 'plaza', String(request.headers['x-request-id'] ?? ''));
    request.destroy();
  }, timeoutMs);
  const clear = (): void => clearTimeout(timer);
  for (const event of ['end', 'close']) request.once(event, clear);
  // Whoever was answered need not send the rest.
  for (const event of ['finish', 'close']) response.once(event, clear);
}
