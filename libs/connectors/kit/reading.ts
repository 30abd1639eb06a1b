import type { CallContext } from './context.ts';
import type { Refused } from './outcome.ts';
import type { ActingAccount } from './publisher.ts';

/** What an account was asked for, in the shape of the route that asks. */
export interface Reading {
  readonly kind: 'reading';
  readonly value: unknown;
}

/** Something that a customer asks of an account before a post is written, e.g. on which boards it may pin. Makes nothing. */
export type Readings = Readonly<Record<string, (context: CallContext, account: ActingAccount) => Promise<Reading | Refused>>>;
