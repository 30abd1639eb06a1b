import { hostOf, type AccountCredential, type CallContext, type HttpRequest, type Refused } from '../kit/index.ts';
import type { z } from 'zod';
import { ask, graphDelete, graphGet, graphPost, type GraphFields } from '../meta/graph.ts';
import { errors } from './errors.ts';

/** Threads stays at its first version. */
export const baseOf = (context: CallContext): string => `${hostOf(context.hosts, 'graph')}/v1.0`;

/** A POST as the account. */
export function post(context: CallContext, credential: AccountCredential, path: string, fields: GraphFields): HttpRequest {
  return graphPost(baseOf(context), path, fields, credential.accessToken.reveal());
}

/** Reads something as the account. */
export async function read<T>(context: CallContext, credential: AccountCredential, path: string, query: GraphFields, schema: z.ZodType<T>): Promise<{ readonly kind: 'answer'; readonly value: T } | Refused> {
  return ask(context, graphGet(baseOf(context), path, query, credential.accessToken.reveal()), schema, errors);
}

/** Deletes something as the account. */
export async function remove<T>(context: CallContext, credential: AccountCredential, id: string, schema: z.ZodType<T>): Promise<{ readonly kind: 'answer'; readonly value: T } | Refused> {
  return ask(context, graphDelete(baseOf(context), id, credential.accessToken.reveal()), schema, errors);
}

/** Whether Threads says that it does not know an object: each of its two ways. */
export const isGone = ({ code }: Refused): boolean => code === '24/4279009' || code === '100/33';
