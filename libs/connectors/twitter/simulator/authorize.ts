import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { brokenRequestPage, consentPage } from './consent-page.ts';
import { userNamed, type World } from './world.ts';

const CODE_LIFE_MS = 30_000;
const MAX_STATE = 500;
const DEFAULT_ACCOUNT = 'sandbox_user';
export const SCOPES: ReadonlySet<string> = new Set(
  (
    'tweet.read tweet.write tweet.moderate.write users.read users.email follows.read follows.write offline.access space.read mute.read ' +
    'mute.write like.read like.write list.read list.write block.read block.write bookmark.read bookmark.write dm.read dm.write ' +
    'media.write broadcast.read broadcast.write timeline.read'
  ).split(' '),
);

interface AuthorizationRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string;
  readonly challenge: string;
  readonly method: 'S256' | 'plain';
}

/** `GET` shows the consent form, `POST` of the form sends the user back to the app. */
export function authorize(host: SimulatorHost, world: World, request: SimulatedRequest): SimulatedResponse {
  const fields = request.method === 'POST' ? new URLSearchParams(Buffer.from(request.body).toString('utf8')) : request.query;
  const asked = readRequest(fields);
  if (typeof asked === 'string') return brokenRequestPage(asked);
  const account = fields.get('account') ?? DEFAULT_ACCOUNT;
  if (request.method !== 'POST') return consentPage(`${host.origin('web')}/i/oauth2/authorize`, fields, account);
  if (fields.get('decision') !== 'approve') return backToApp(asked, { error: 'access_denied' });
  if (!/^\w{1,15}$/.test(account)) return brokenRequestPage('An account has 1 to 15 letters, digits or underscores.');
  const code = host.random(48);
  world.codes.set(code, {
    clientId: asked.clientId,
    redirectUri: asked.redirectUri,
    challenge: asked.challenge,
    method: asked.method,
    scopes: asked.scopes,
    userId: userNamed(world, account).id,
    expiresAtMs: host.now() + CODE_LIFE_MS,
  });
  return backToApp(asked, { code });
}

function backToApp(asked: AuthorizationRequest, result: Readonly<Record<string, string>>): SimulatedResponse {
  const url = new URL(asked.redirectUri);
  for (const [name, value] of Object.entries({ state: asked.state, ...result })) url.searchParams.set(name, value);
  return { status: 302, headers: { location: url.href, 'referrer-policy': 'no-referrer' } };
}

/** The request, or what is wrong with it. PKCE is mandatory. */
function readRequest(query: URLSearchParams): AuthorizationRequest | string {
  const field = (name: string): string => query.get(name) ?? '';
  const scopes = field('scope').split(' ').filter(Boolean);
  const unknownScope = scopes.find((scope) => !SCOPES.has(scope));
  const method = query.get('code_challenge_method') ?? 'plain';
  if (field('response_type') !== 'code') return 'response_type must be code.';
  if (field('client_id') === '') return 'client_id is missing.';
  if (!URL.canParse(field('redirect_uri'))) return 'redirect_uri must be an absolute URL.';
  if (scopes.length === 0) return 'scope is missing.';
  if (unknownScope !== undefined) return `The scope ${unknownScope} is unknown.`;
  if (field('state') === '' || field('state').length > MAX_STATE) return `state must have 1 to ${MAX_STATE} characters.`;
  if (!/^[\w.~-]{43,128}$/.test(field('code_challenge'))) return 'code_challenge must have 43 to 128 unreserved characters.';
  if (method !== 'S256' && method !== 'plain') return 'code_challenge_method must be S256 or plain.';
  return {
    clientId: field('client_id'),
    redirectUri: field('redirect_uri'),
    scopes,
    state: field('state'),
    challenge: field('code_challenge'),
    method,
  };
}
