import { json } from '../../kit/simulation/index.ts';
import type { SimulatedResponse } from '../../kit/simulator.ts';

/** An error as beehiiv writes it; of the codes only `POST_CREATION_FAILED` is documented. */
export const problem = (status: number, statusText: string, code: string, message: string, headers: Readonly<Record<string, string>> = {}): SimulatedResponse =>
  json(status, { status, statusText, errors: [{ message, code }] }, headers);

export const notFound = (): SimulatedResponse => problem(404, 'Not Found', 'NOT_FOUND', 'Resource not found');
export const badRequest = (message: string): SimulatedResponse => problem(400, 'Bad Request', 'BAD_REQUEST', message);
export const creationFailed = (): SimulatedResponse => problem(404, 'Not Found', 'POST_CREATION_FAILED', 'The post could not be created');
export const tooMany = (headers: Readonly<Record<string, string>> = {}): SimulatedResponse => problem(429, 'Too Many Requests', 'TOO_MANY_REQUESTS', 'Rate limit exceeded', headers);

/** Every documented refusal by name. */
export const REFUSALS: Readonly<Record<string, () => SimulatedResponse>> = {
  unauthorized: () => problem(401, 'Unauthorized', 'UNAUTHORIZED', 'Invalid API key'),
  plan: () => problem(403, 'Forbidden', 'FORBIDDEN', 'Posting through the API is not available on your current plan'),
  scope: () => problem(403, 'Forbidden', 'FORBIDDEN', 'The token lacks the scope posts:write'),
  not_found: notFound,
  creation_failed: creationFailed,
  bad_request: () => badRequest('Title is required'),
  unprocessable: () => problem(422, 'Unprocessable Entity', 'UNPROCESSABLE_ENTITY', 'Reply-to address was not found'),
  rate_limited: () => tooMany(),
};
