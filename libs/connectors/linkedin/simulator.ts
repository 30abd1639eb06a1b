import { bearerOf, jsonOf, page, postPage, waitHeaders } from '../kit/simulation/index.ts';
import type { CallDescription, SimulatedRequest, SimulatedResponse, SimulatorFactory, SimulatorHost } from '../kit/simulator.ts';
import { inputError, REFUSALS, restError } from './simulator/answers.ts';
import { callerOf, type Caller } from './simulator/callers.ts';
import { acls, memberAnalytics, organizations, pictures, shareStatistics, userinfo } from './simulator/directory.ts';
import { readLittleText } from './simulator/little-text.ts';
import { Posts } from './simulator/posts.ts';
import { Tokens } from './simulator/tokens.ts';
import { isResource, Uploads } from './simulator/uploads.ts';
import { openWorld } from './simulator/world.ts';

export interface LinkedInSimulatorOptions {
  /** How long a file is processed. Milliseconds; default 1000. */
  readonly processingMs?: number;
  /** Size of the parts of videos that it asks for; default 4 MiB, as LinkedIn does. */
  readonly partBytes?: number;
  /** How long addresses to upload to are good. Milliseconds; default a day. */
  readonly uploadLifeMs?: number;
}

interface Platform {
  readonly host: SimulatorHost;
  readonly tokens: Tokens;
  readonly uploads: Uploads;
  readonly posts: Posts;
}

/** Versions that are in force. */
const FIRST_VERSION = 202510;
const LAST_VERSION = 202609;

/**
 * LinkedIn as its documentation describes it. Hosts: `web` is www.linkedin.com with consent, tokens, uploads and posts, `api` is
 * api.linkedin.com. What names of members and ids of apps do is told in `docs/sandbox.md`.
 */
export function simulateLinkedIn(options: LinkedInSimulatorOptions = {}): SimulatorFactory {
  return (host) => {
    const world = openWorld(host);
    const { processingMs = 1000, partBytes = 4 * 1024 * 1024, uploadLifeMs = 24 * 3_600_000 } = options;
    const uploads = new Uploads(host, world, { processingMs, partBytes, uploadLifeMs });
    const platform: Platform = { host, tokens: new Tokens(host), uploads, posts: new Posts(host, world, uploads) };
    const refusals: Readonly<Record<string, () => SimulatedResponse>> = REFUSALS;
    return {
      platform: 'linkedin',
      hosts: ['web', 'api'],
      describe: (request) => describeCall(platform, request),
      handle: async (request) => (request.host === 'web' ? webCall(platform, request) : apiCall(platform, request)),
      rateLimited: (form, seconds) => {
        const limited = REFUSALS.member_limit();
        return { ...limited, headers: { ...limited.headers, ...waitHeaders(form, seconds, host.now()) } };
      },
      serverError: (status) => restError(status, 'Internal Server Error', { code: 'INTERNAL_SERVER_ERROR' }),
      refusal: (name) => refusals[name]?.(),
      refusals: Object.keys(REFUSALS),
      invalidContent: (message) => inputError(400, 'INVALID_VALUE_FOR_FIELD', message),
    };
  };
}

/** With a second of processing, and parts as LinkedIn cuts them. */
export const linkedinSimulator: SimulatorFactory = simulateLinkedIn();

function webCall({ tokens, uploads, posts }: Platform, request: SimulatedRequest): SimulatedResponse {
  if (request.path === '/oauth/v2/authorization') return tokens.authorize(request);
  if (request.path === '/oauth/v2/accessToken') return tokens.token(request);
  if (request.path === '/oauth/v2/revoke') return tokens.revoke(request);
  if (request.path.startsWith('/dms-uploads/')) return uploads.put(request, !('status' in tokens.grantOf(request)));
  const urn = decodeURIComponent(/^\/feed\/update\/([^/]+)/.exec(request.path)?.[1] ?? '');
  const post = posts.get(urn);
  return post === undefined ? page(404, 'Sandbox LinkedIn', '<p>This post cannot be displayed.</p>') : postPage('Post on LinkedIn', post.plain);
}

/** Parts of the path below `/rest`, decoded; a URN that was not encoded is not one that LinkedIn finds. */
const partsOf = ({ path }: SimulatedRequest): string[] => path.split('/').slice(2).map((part) => (part.includes(':') ? '' : decodeURIComponent(part)));

function apiCall({ tokens, uploads, posts }: Platform, request: SimulatedRequest): SimulatedResponse {
  const grant = tokens.grantOf(request);
  if ('status' in grant) return grant;
  const caller = callerOf(grant);
  if (request.path === '/v2/userinfo') return userinfo(caller);
  if (!request.path.startsWith('/rest/')) return REFUSALS.not_found();
  const version = request.headers['linkedin-version'];
  if (version === undefined) return REFUSALS.version_missing();
  if (!/^\d{6}$/.test(version) || Number(version) < FIRST_VERSION || Number(version) > LAST_VERSION) return REFUSALS.version_retired();
  if (request.headers['x-restli-protocol-version'] !== '2.0.0') return REFUSALS.invalid_value();
  const [resource = '', id] = partsOf(request);
  if (resource === 'posts' || resource === 'socialActions') return socialCall(posts, caller, request);
  if (isResource(resource) && request.method === 'POST') return uploads.act(caller, resource, request);
  if (isResource(resource) && id !== undefined) return uploads.read(caller, resource, id);
  return readCall(posts, caller, resource, request);
}

function socialCall(posts: Posts, caller: Caller, request: SimulatedRequest): SimulatedResponse {
  const [resource = '', id = '', edge, comment] = partsOf(request);
  const { method, query } = request;
  const restliMethod = request.headers['x-restli-method'];
  if (resource === 'posts') {
    if (method === 'POST' && id === '') return posts.create(caller, request);
    if (method === 'DELETE') return restliMethod === 'DELETE' ? posts.remove(caller, id) : REFUSALS.invalid_value();
    return method === 'GET' && restliMethod === 'FINDER' && query.get('q') === 'author' ? posts.list(caller, query) : REFUSALS.not_found();
  }
  if (edge !== 'comments') return REFUSALS.not_found();
  if (method === 'POST') return posts.comment(caller, id, request);
  if (method === 'DELETE') return posts.removeComment(caller, id, comment ?? '', query.get('actor') ?? '');
  return posts.comments(caller, id, query);
}

function readCall(posts: Posts, caller: Caller, resource: string, request: SimulatedRequest): SimulatedResponse {
  const { query } = request;
  if (request.method !== 'GET') return REFUSALS.not_found();
  if (resource === 'organizationAcls') return acls(caller, query);
  if (resource === 'organizations') return organizations(caller, query);
  if (resource === 'images') return pictures(caller, query);
  if (resource === 'organizationalEntityShareStatistics') return shareStatistics(caller, posts, query);
  return resource === 'memberCreatorPostAnalytics' ? memberAnalytics(caller, posts, request) : REFUSALS.not_found();
}

function operationOf(request: SimulatedRequest): string {
  const { host, path, method } = request;
  if (host === 'web') {
    if (path === '/oauth/v2/authorization') return 'authorize';
    if (path.startsWith('/oauth/')) return 'token';
    return path.startsWith('/dms-uploads/') ? 'upload' : 'other';
  }
  const [resource = '', id] = partsOf(request);
  const isSocial = resource === 'posts' || resource === 'socialActions';
  if (path === '/v2/userinfo' || resource.startsWith('organizationAcls') || resource === 'organizations') return 'profile';
  if (method === 'DELETE') return 'delete';
  if (isSocial) return method === 'POST' ? 'publish' : 'lookup';
  if (isResource(resource)) return method === 'POST' ? 'upload' : id === undefined ? 'profile' : 'status';
  return resource.endsWith('Statistics') || resource.endsWith('Analytics') ? 'analytics' : 'other';
}

function describeCall({ tokens }: Platform, request: SimulatedRequest): CallDescription {
  const operation = operationOf(request);
  if (operation !== 'publish') {
    const grant = bearerOf(request) === undefined ? undefined : tokens.grantOf(request);
    return grant === undefined || 'status' in grant ? { operation } : { operation, accountId: callerOf(grant).memberUrn.replace('urn:li:person:', '') };
  }
  const body = (jsonOf(request) ?? {}) as { author?: unknown; actor?: unknown; commentary?: unknown; message?: { text?: unknown } };
  const accountId = String(body.author ?? body.actor ?? '').replace(/^urn:li:\w+:/, '');
  const text = typeof body.commentary === 'string' ? readLittleText(body.commentary).plain : String(body.message?.text ?? '');
  return { operation, text, accountId };
}
