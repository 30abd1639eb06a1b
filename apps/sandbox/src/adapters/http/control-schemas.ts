import { z } from 'zod';
import { LONGEST_FAULT_MS } from '../../domain/magic-words.ts';

const ms = z.int().min(0).max(LONGEST_FAULT_MS);
const status = z.int().min(500).max(599).exactOptional();

const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('refuse'), error: z.string().min(1).max(100) }),
  z.strictObject({
    kind: z.literal('rate_limit'),
    form: z.enum(['seconds', 'date', 'absent', 'absurd', 'platform']),
    seconds: z.int().min(0).max(99_999_999).exactOptional(),
  }),
  z.strictObject({ kind: z.literal('server_error_before'), status }),
  z.strictObject({ kind: z.literal('server_error_after'), status }),
  z.strictObject({ kind: z.literal('drop_before') }),
  z.strictObject({ kind: z.literal('drop_after') }),
  z.strictObject({ kind: z.literal('commit_late'), ms }),
  z.strictObject({ kind: z.literal('slow'), ms }),
  z.strictObject({ kind: z.literal('trickle') }),
  z.strictObject({ kind: z.literal('malformed') }),
  z.strictObject({ kind: z.literal('redirect') }),
]);

const OPERATIONS = ['publish', 'token', 'upload', 'lookup', 'status', 'delete', 'profile', 'authorize', 'analytics', 'other'] as const;

/** `POST /_/faults`. */
export const faultRequestSchema = z.strictObject({
  platform: z.string(),
  operation: z.enum(OPERATIONS).exactOptional(),
  accountId: z.string().min(1).max(300).exactOptional(),
  fault: faultSchema,
  times: z.int().min(1).max(1_000_000).default(1),
});

/** `GET /_/ledger`. */
export const ledgerQuerySchema = z.strictObject({ platform: z.string().exactOptional(), accountId: z.string().exactOptional() });

/** `GET /_/requests`. */
export const requestsQuerySchema = z.strictObject({ platform: z.string().exactOptional(), operation: z.enum(OPERATIONS).exactOptional() });

/** Every problem of an input, for a 400. */
export function problemsOf(error: z.ZodError): { readonly path: string; readonly message: string }[] {
  return error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
}
