import { z } from 'zod';
import { withQuery, type CallContext, type ConnectResult, type OAuthConnect, type TokenGrant } from '../kit/index.ts';
import { readStep, type Speaker } from './connecting.ts';
import { graphGet, GRAPH_VERSION } from './graph.ts';

/** Facebook Login, manual flow. `web` and `graph` are base URLs without a version. */
export interface FacebookLogin extends Speaker {
  readonly web: string;
  readonly graph: string;
}

const MAX_PAGES_READ = 20;
const MAX_BUSINESSES = 20;
const businessSchema = z.object({ id: z.string() });

/** The answer to the code leaves `expires_in` out at times. */
const tokenSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().optional() });
const permissionsSchema = z.object({ data: z.array(z.object({ permission: z.string(), status: z.string() })) });

/** Whoever may do one of these may publish on a page (Pages API, tasks). */
const PUBLISHING_TASKS: ReadonlySet<string> = new Set(['CREATE_CONTENT', 'MANAGE', 'PROFILE_PLUS_CREATE_CONTENT', 'PROFILE_PLUS_FULL_CONTROL', 'PROFILE_PLUS_MANAGE']);

/** Whether a user with these tasks may publish on the page; tasks that are not told stand in nobody's way. */
export function mayPublish(tasks: readonly string[] | undefined): boolean {
  return tasks === undefined || tasks.some((task) => PUBLISHING_TASKS.has(task));
}

/** The consent dialog; it knows no PKCE. */
export function facebookAuthorizeUrl(web: string, asked: Parameters<OAuthConnect['authorizeUrl']>[0]): string {
  return withQuery(`${web}/${GRAPH_VERSION}/dialog/oauth`, {
    client_id: asked.clientId,
    redirect_uri: asked.redirectUri,
    response_type: 'code',
    scope: asked.scopes.join(','),
    state: asked.state,
  });
}

/**
 * The code gives a token of an hour or two, which at once gives one of 60 days; page tokens made from that one do not expire. Users may
 * un-tick single permissions: without one of `needed` the connection could not publish, so it is not made.
 */
export async function facebookExchange(
  context: CallContext,
  login: FacebookLogin,
  { client, code, redirectUri }: Parameters<OAuthConnect['exchange']>[1],
  needed: readonly string[],
): Promise<ConnectResult<TokenGrant>> {
  const app = { client_id: client.clientId, client_secret: client.clientSecret.reveal() };
  const base = `${login.graph}/${GRAPH_VERSION}`;
  const send = async (query: Readonly<Record<string, string>>): Promise<ConnectResult<z.infer<typeof tokenSchema>>> => {
    const url = withQuery(`${base}/oauth/access_token`, { ...app, ...query });
    return readStep(login, await context.http.send({ method: 'GET', url }), tokenSchema, context.nowMs);
  };
  const short = await send({ redirect_uri: redirectUri, code: code.replace(/#_$/, '') });
  if (!short.ok) return short;
  const long = await send({ grant_type: 'fb_exchange_token', fb_exchange_token: short.value.access_token });
  if (!long.ok) return long;
  const { access_token: accessToken, expires_in: expiresIn } = long.value;
  const asked = await context.http.send(graphGet(base, 'me/permissions', {}, accessToken));
  const permissions = readStep(login, asked, permissionsSchema, context.nowMs);
  if (!permissions.ok) return permissions;
  const granted = permissions.value.data.filter(({ status }) => status === 'granted').map(({ permission }) => permission);
  const missing = needed.filter((permission) => !granted.includes(permission));
  if (missing.length > 0) return { ok: false, failure: { kind: 'denied', message: `Without these permissions nothing can be published: ${missing.join(', ')}.` } };
  const expires = expiresIn === undefined ? {} : { accessExpiresAtMs: context.nowMs + expiresIn * 1000 };
  return { ok: true, value: { accessToken, ...expires, scopes: granted } };
}

/** What an edge lists, over all pages of the answer. */
async function readEdge<T>(context: CallContext, login: FacebookLogin, accessToken: string, edge: string, fields: string, entry: z.ZodType<T>): Promise<ConnectResult<readonly T[]>> {
  const schema = z.object({
    data: z.array(entry),
    paging: z.object({ cursors: z.object({ after: z.string().optional() }).optional(), next: z.string().optional() }).optional(),
  });
  const found: T[] = [];
  let after: string | undefined;
  for (let count = 0; count < MAX_PAGES_READ; count += 1) {
    const request = graphGet(`${login.graph}/${GRAPH_VERSION}`, edge, { fields, limit: '100', after }, accessToken);
    const answer = readStep(login, await context.http.send(request), schema, context.nowMs);
    if (!answer.ok) return answer;
    found.push(...answer.value.data);
    // Only the cursor is taken from the answer: its address may lead anywhere.
    after = answer.value.paging?.next === undefined ? undefined : answer.value.paging.cursors?.after;
    if (after === undefined) break;
  }
  return { ok: true, value: found };
}

/**
 * The pages of a user with what `entry` reads of each. Some pages of a business are told by the business only, which takes the permission
 * `business_management`; where that is not given, there are no others.
 */
export async function readPages<T extends { readonly id: string }>(
  context: CallContext,
  login: FacebookLogin,
  accessToken: string,
  fields: string,
  entry: z.ZodType<T>,
): Promise<ConnectResult<readonly T[]>> {
  const pages = await readEdge(context, login, accessToken, 'me/accounts', fields, entry);
  if (!pages.ok) return pages;
  const businesses = await readEdge(context, login, accessToken, 'me/businesses', 'id', businessSchema);
  const found = new Map(pages.value.map((page) => [page.id, page]));
  for (const { id } of businesses.ok ? businesses.value.slice(0, MAX_BUSINESSES) : []) {
    for (const edge of ['owned_pages', 'client_pages']) {
      const further = await readEdge(context, login, accessToken, `${id}/${edge}`, fields, entry);
      for (const page of further.ok ? further.value : []) if (!found.has(page.id)) found.set(page.id, page);
    }
  }
  return { ok: true, value: [...found.values()] };
}
