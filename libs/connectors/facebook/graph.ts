import { hostOf, type AccountCredential, type CallContext, type HttpRequest, type Refused } from '../kit/index.ts';
import { multipartBody, type Part } from '../kit/multipart.ts';
import type { z } from 'zod';
import { ask, graphDelete, graphGet, graphPost, GRAPH_VERSION, type GraphFields } from '../meta/graph.ts';
import { errors } from './errors.ts';

export type Answer<T> = { readonly kind: 'answer'; readonly value: T } | Refused;

const baseOf = (context: CallContext, host: 'graph' | 'video' = 'graph'): string => `${hostOf(context.hosts, host)}/${GRAPH_VERSION}`;

/** A POST as the page, as a form. */
export function post(context: CallContext, credential: AccountCredential, path: string, fields: GraphFields): HttpRequest {
  return graphPost(baseOf(context), path, fields, credential.accessToken.reveal());
}

/** A POST as the page with a file in it. Undefined fields are left out. */
export function postFile(context: CallContext, credential: AccountCredential, target: { readonly host: 'graph' | 'video'; readonly path: string }, fields: GraphFields, files: readonly Part[]): HttpRequest {
  const texts = Object.entries(fields).flatMap(([name, content]) => (content === undefined ? [] : [{ name, content }]));
  const form = multipartBody([...texts, ...files]);
  return {
    method: 'POST',
    url: `${baseOf(context, target.host)}/${target.path}`,
    headers: { authorization: `Bearer ${credential.accessToken.reveal()}`, 'content-type': form.contentType },
    body: form.body,
  };
}

export function deletion(context: CallContext, credential: AccountCredential, id: string): HttpRequest {
  return graphDelete(baseOf(context), id, credential.accessToken.reveal());
}

/** Reads something as the page. */
export async function read<T>(context: CallContext, credential: AccountCredential, path: string, query: GraphFields, schema: z.ZodType<T>): Promise<Answer<T>> {
  return ask(context, graphGet(baseOf(context), path, query, credential.accessToken.reveal()), schema, errors);
}

/** Sends what makes nothing visible. */
export async function call<T>(context: CallContext, request: HttpRequest, schema: z.ZodType<T>): Promise<Answer<T>> {
  return ask(context, request, schema, errors);
}
