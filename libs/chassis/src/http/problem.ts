import { failure, type ErrorCode, type Failure, type Result } from '@plaza/contracts';
import type { z } from 'zod';

/** Carries an expected failure out of a handler; the error filter writes it in the route's dialect. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly failure: Failure;

  constructor(problem: Failure) {
    super(problem.message);
    this.failure = problem;
  }

  static of(code: ErrorCode, more: Partial<Omit<Failure, 'code'>> = {}): Problem {
    return new Problem(failure(code, more));
  }
}

/** The value of a result; an expected failure becomes a {@link Problem}. For controllers, at the edge of the use case. */
export function orProblem<T>(result: Result<T, Failure>): T {
  if (!result.ok) throw new Problem(result.failure);
  return result.value;
}

/** `request.invalid` with every problem and its path, e.g. `body.platforms[0].accountId`. */
export function invalidRequest(error: z.ZodError, at: string): Failure {
  return failure('request.invalid', {
    details: { problems: error.issues.flatMap((issue) => issueRows(issue, at)) },
    message: summary(error, at),
  });
}

function issueRows(issue: z.core.$ZodIssue, at: string): { path: string; message: string }[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: pathText(at, [...issue.path, key]), message: 'Unknown field.' }));
  return [{ path: pathText(at, issue.path), message: issue.message }];
}

function summary(error: z.ZodError, at: string): string {
  const rows = error.issues.flatMap((issue) => issueRows(issue, at));
  const first = rows[0];
  const more = rows.length > 1 ? ` (and ${rows.length - 1} more)` : '';
  return first === undefined ? 'The request does not match its schema.' : `${first.path}: ${first.message}${more}`;
}

function pathText(at: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => (typeof step === 'number' ? `${text}[${step}]` : `${text}.${String(step)}`), at);
}
