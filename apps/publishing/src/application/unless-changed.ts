import { fail, failure, type Failure, type Result } from '@plaza/contracts';
import { TargetsChanged } from './ports.ts';

/** A change that a worker was quicker than is refused as a whole: its transaction was rolled back. */
export async function unlessChanged<T>(change: Promise<Result<T, Failure>>): Promise<Result<T, Failure>> {
  return change.catch((error: unknown) => {
    if (error instanceof TargetsChanged) return fail(failure('post.in_flight'));
    throw error;
  });
}
