import { consentPage, escapeHtml, page } from '../../kit/simulation/index.ts';
import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { userNamed, type World } from './world.ts';

const CODE_LIFE_MS = 3_600_000;
const DEFAULT_ACCOUNT = 'sandbox_user';
const SCOPES: ReadonlySet<string> = new Set([
  'instagram_business_basic',
  'instagram_business_content_publish',
  'instagram_business_manage_comments',
  'instagram_business_manage_messages',
  'instagram_business_manage_insights',
]);

interface Asked {
  readonly clientId: string;
  readonly redirectUri: URL;
  readonly scopes: readonly string[];
  readonly state: string | null;
}

/** Reads the authorization request; text when Instagram would show an error instead of asking. */
function readRequest(query: URLSearchParams): Asked | string {
  const clientId = query.get('client_id') ?? '';
  const redirect = query.get('redirect_uri') ?? '';
  const scopes = (query.get('scope') ?? '').split(/[,\s]+/).filter((scope) => scope !== '');
  if (clientId === '') return 'Invalid platform app';
  if (!URL.canParse(redirect) || !/^https?:$/.test(new URL(redirect).protocol)) return 'Invalid redirect_uri';
  if (query.get('response_type') !== 'code') return 'Invalid response_type';
  const unknown = scopes.find((scope) => !SCOPES.has(scope));
  if (unknown !== undefined || scopes.length === 0) return `Invalid scope: ${unknown ?? 'none'}`;
  return { clientId, redirectUri: new URL(redirect), scopes, state: query.get('state') };
}

/** Sends the browser back. Instagram appends `#_` to every address. */
function redirect(asked: Asked, parameters: Readonly<Record<string, string>>): SimulatedResponse {
  const target = new URL(asked.redirectUri);
  for (const [name, value] of Object.entries(parameters)) target.searchParams.set(name, value);
  if (asked.state !== null) target.searchParams.set('state', asked.state);
  target.hash = '_';
  return { status: 302, headers: { location: target.href, 'referrer-policy': 'no-referrer' } };
}

/** `https://www.instagram.com/oauth/authorize`: GET asks, POST takes the answer. */
export function authorize(host: SimulatorHost, world: World, request: SimulatedRequest): SimulatedResponse {
  const asked = readRequest(request.query);
  if (typeof asked === 'string') return page(400, 'Sandbox Instagram', `<p>Invalid request: ${escapeHtml(asked)}</p>`);
  if (request.method === 'GET') {
    const account = request.query.get('account') ?? DEFAULT_ACCOUNT;
    return consentPage('Sandbox Instagram', { clientId: asked.clientId, scopes: asked.scopes, account, accountPattern: '[A-Za-z0-9._]{1,30}' });
  }
  const form = new URLSearchParams(new TextDecoder().decode(request.body));
  if (form.get('decision') !== 'approve') {
    return redirect(asked, { error: 'access_denied', error_reason: 'user_denied', error_description: 'The user denied your request' });
  }
  const name = form.get('account') ?? '';
  const user = userNamed(world, /^[A-Za-z0-9._]{1,30}$/.test(name) ? name : DEFAULT_ACCOUNT);
  const code = `AQ${host.random(48)}`;
  world.codes.set(code, {
    clientId: asked.clientId,
    redirectUri: request.query.get('redirect_uri') ?? '',
    userId: user.userId,
    scopes: asked.scopes,
    expiresAtMs: host.now() + CODE_LIFE_MS,
  });
  return redirect(asked, { code });
}
