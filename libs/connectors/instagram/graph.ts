import { hostOf, type AccountCredential, type CallContext, type HttpRequest, type Refused } from '../kit/index.ts';
import type { z } from 'zod';
import { ask, graphDelete, graphGet, graphPost, GRAPH_VERSION, type GraphFields } from '../meta/graph.ts';
import { errors } from './errors.ts';

/** Whether the account was connected by Facebook Login, which its grant remembers: its calls go to another host, as its page. */
export const isByFacebook = ({ extra }: Pick<AccountCredential, 'extra'>): boolean => extra['login'] === 'facebook';

/** Base URL of the Graph API for an account. */
export function baseOf(context: CallContext, credential: Pick<AccountCredential, 'extra'>): string {
  return `${hostOf(context.hosts, isByFacebook(credential) ? 'facebookGraph' : 'graph')}/${GRAPH_VERSION}`;
}

/** A POST as the account. */
export function post(context: CallContext, credential: AccountCredential, path: string, fields: GraphFields): HttpRequest {
  return graphPost(baseOf(context, credential), path, fields, credential.accessToken.reveal());
}

/** Reads something as the account. */
export async function read<T>(
  context: CallContext,
  credential: AccountCredential,
  path: string,
  query: GraphFields,
  schema: z.ZodType<T>,
): Promise<{ readonly kind: 'answer'; readonly value: T } | Refused> {
  return ask(context, graphGet(baseOf(context, credential), path, query, credential.accessToken.reveal()), schema, errors);
}

/** Deletes something as the account. */
export async function remove<T>(context: CallContext, credential: AccountCredential, id: string, schema: z.ZodType<T>): Promise<{ readonly kind: 'answer'; readonly value: T } | Refused> {
  return ask(context, graphDelete(baseOf(context, credential), id, credential.accessToken.reveal()), schema, errors);
}
