import { waitHeaders } from '../../kit/simulation/index.ts';
import type { SimulatedRequest, SimulatedResponse, Simulator, SimulatorHost } from '../../kit/simulator.ts';

/** A success with a JSON body. */
export function json(body: unknown, status = 200): SimulatedResponse {
  return { status, headers: { 'content-type': 'application/json; charset=UTF-8' }, body: JSON.stringify(body) };
}

/** A refusal of the Graph API. */
export function graphError(status: number, code: number, subcode: number | undefined, message: string, more: object = {}): SimulatedResponse {
  const error = {
    message,
    type: 'OAuthException',
    code,
    ...(subcode === undefined ? {} : { error_subcode: subcode }),
    is_transient: false,
    ...more,
    fbtrace_id: 'ASandboxTraceId00000000',
  };
  return json({ error }, status);
}

/** A refusal of the hosts that exchange codes of Instagram and Threads, which has another shape. */
export function loginError(message: string): SimulatedResponse {
  return json({ error_type: 'OAuthException', code: 400, error_message: message }, 400);
}

export type Refusals = Readonly<Record<string, () => SimulatedResponse>>;

/** Refusals of all of Meta's platforms by name (Graph API error handling). */
export const COMMON_REFUSALS = {
  token_expired: () => graphError(400, 190, 463, 'Error validating access token: Session has expired on Saturday, 21-Nov-26 10:00:00 PST.'),
  app_removed: () => graphError(400, 190, 458, 'Error validating access token: The user has not authorized application.'),
  checkpointed: () =>
    graphError(400, 190, 459, 'Error validating access token: You cannot access the app till you log in to the website and follow the instructions given.'),
  password_changed: () =>
    graphError(400, 190, 460, 'Error validating access token: The session has been invalidated because the user changed their password.'),
  token_invalid: () => graphError(400, 190, undefined, 'Invalid OAuth access token - Cannot parse access token'),
  token_missing: () => graphError(400, 2500, undefined, 'An active access token must be used to query information about the current user.'),
  permission_missing: () => graphError(403, 10, undefined, '(#10) Application does not have permission for this action'),
  object_missing: () =>
    graphError(400, 100, 33, "Unsupported post request. Object with ID '0' does not exist or cannot be loaded due to missing permissions."),
  app_limit: () => graphError(403, 4, undefined, '(#4) Application request limit reached'),
  user_limit: () => graphError(403, 17, undefined, '(#17) User request limit reached'),
  posting_limit: () => graphError(403, 341, undefined, '(#341) Feed action request limit reached'),
  blocked: () => graphError(403, 368, undefined, '(#368) The action attempted has been deemed abusive or is otherwise disallowed'),
} satisfies Refusals;

/** Fields of a request from wherever the Graph API takes them: query, form, or JSON; those of the body count. */
export function fieldsOf(request: SimulatedRequest): ReadonlyMap<string, string> {
  const fields = new Map(request.query.entries());
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/(?:json|x-www-form-urlencoded)/.test(type)) return fields;
  const text = new TextDecoder().decode(request.body);
  if (text === '') return fields;
  if (type.startsWith('application/json')) return new Map([...fields, ...jsonFields(text)]);
  return new Map([...fields, ...new URLSearchParams(text)]);
}

function jsonFields(text: string): [string, string][] {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).map(([name, field]): [string, string] => [
      name,
      typeof field === 'string' ? field : JSON.stringify(field),
    ]);
  } catch {
    return [];
  }
}

/** The token that a request brings: as a field, or in the header. */
export function tokenOf(request: SimulatedRequest): string | undefined {
  const [, bearer] = /^(?:Bearer|OAuth) (\S+)$/.exec(request.headers['authorization'] ?? '') ?? [];
  return bearer ?? fieldsOf(request).get('access_token');
}

/** The path below the version, in parts. */
export const partsOf = (request: SimulatedRequest): readonly string[] =>
  request.path
    .replace(/^\/v\d+\.\d+(?=\/)/, '')
    .split('/')
    .filter((part) => part !== '');

/** The names of the fields that were asked for. What stands in braces or brackets belongs to the field before it. */
function fieldNames(query: URLSearchParams): readonly string[] {
  let depth = 0;
  let names = '';
  for (const char of query.get('fields') ?? '') {
    if ('{('.includes(char)) depth += 1;
    if (depth === 0) names += char;
    if ('})'.includes(char)) depth -= 1;
  }
  return names.split(',').map((name) => /^\w*/.exec(name.trim())?.[0] ?? '');
}

/** The fields that were asked for, and `id` always. */
export function shown(all: Readonly<Record<string, unknown>>, id: string, query: URLSearchParams): Record<string, unknown> {
  return { ...Object.fromEntries(fieldNames(query).flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]]))), id };
}

/** `2026-11-22T10:00:00+0000`: Meta's times have no fractions and no colon in the zone. */
export const timestamp = (atMs: number): string => new Date(atMs).toISOString().replace(/\.\d+Z$/, '+0000');

/** One page of a list with Meta's cursors; the items are newest first and named by their ids. */
export function listPage<T extends { readonly id: string }>(items: readonly T[], query: URLSearchParams, show: (item: T) => unknown): SimulatedResponse {
  const limit = Math.min(Number(query.get('limit') ?? 25), 100);
  const after = query.get('after');
  const start = after === null ? 0 : items.findIndex(({ id }) => id === after) + 1;
  const listed = items.slice(start, start + limit);
  const [first, last] = [listed.at(0)?.id, listed.at(-1)?.id];
  if (first === undefined) return json({ data: [] });
  const next = start + limit < items.length ? { next: 'https://graph.example/next' } : {};
  return json({ data: listed.map(show), paging: { cursors: { before: first, after: last }, ...next } });
}

/** The Graph API's answers to the sandbox's faults. `usageType` stands in the header that tells the wait. */
export function graphShapes(
  host: SimulatorHost,
  usageType: string,
  refusals: Refusals,
  limited: () => SimulatedResponse,
): Pick<Simulator, 'rateLimited' | 'serverError' | 'refusal' | 'refusals' | 'invalidContent'> {
  return {
    rateLimited: (form, seconds) => {
      const refused = limited();
      // Meta answers 400 or 403 and tells the wait in its own header; the other forms are for clients that meet a proxy's 429.
      const status = form === 'platform' || form === 'absent' ? refused.status : 429;
      const usage = { type: usageType, call_count: 100, total_cputime: 25, total_time: 25, estimated_time_to_regain_access: Math.ceil(seconds / 60) };
      const own = form === 'platform' ? { 'x-business-use-case-usage': JSON.stringify({ '17841400000000000': [usage] }) } : {};
      return { ...refused, status, headers: { ...refused.headers, ...waitHeaders(form, seconds, host.now()), ...own } };
    },
    serverError: (status) =>
      graphError(status, 2, undefined, 'An unexpected error has occurred. Please retry your request later.', { is_transient: true }),
    refusal: (name) => refusals[name]?.(),
    refusals: Object.keys(refusals),
    invalidContent: (message) => graphError(400, 100, undefined, `(#100) ${message}`),
  };
}
