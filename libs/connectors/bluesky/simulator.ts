import type { CallDescription, SimulatedRequest, SimulatedResponse, Simulator, SimulatorFactory, SimulatorHost } from '../kit/simulator.ts';
import { invalidPost, invalidRequest, isObject, json, jsonObject, REFUSALS, refuse, textField } from './simulator/answers.ts';
import { didOf } from './simulator/identifiers.ts';
import { limitHeaders, rateLimits, withHeaders, type BlueskyLimits } from './simulator/rate-limits.ts';
import { MAX_BLOB_BYTES, repositoryCalls } from './simulator/repository.ts';
import { getServiceAuth } from './simulator/service-tokens.ts';
import { sessionCalls } from './simulator/sessions.ts';
import { videoCalls, type VideoServiceOptions } from './simulator/video-service.ts';
import { openWorld, type Account, type World } from './simulator/world.ts';

export { BLUESKY_LIMITS } from './simulator/rate-limits.ts';

export interface BlueskySimulatorOptions {
  /** Default: so generous that load tests do not meet them. `BLUESKY_LIMITS` are Bluesky's own. */
  readonly limits?: BlueskyLimits;
  readonly videos?: VideoServiceOptions;
}

const GENEROUS: BlueskyLimits = { logins: { points: 1_000_000, windowSeconds: 300 }, writes: { points: 10_000_000, windowSeconds: 3600 } };

interface Call {
  readonly host?: 'video';
  readonly method: 'GET' | 'POST';
  readonly operation: string;
  /** Points of the hourly limit on writes. */
  readonly cost?: number;
  run(request: SimulatedRequest): SimulatedResponse;
}

/**
 * A Bluesky server (PDS) as the protocol's documentation and runs against the reference server describe it, under the host `pds`, and
 * Bluesky's video service under the host `video`.
 * Every handle, also one that ends in `.example`, is an account for every app password of the form `xxxx-xxxx-xxxx-xxxx`; any other
 * password, and one that begins with `wrong`, is refused; but one that begins with `account-` is that of the account itself. Handles that begin
 * with `unconfirmed` have not confirmed their e-mail address. A video is processed within eight seconds; one whose name begins with `fails_` and
 * a failure code of the video service (`fails_encoding_failure.mp4`) fails with it.
 */
export function simulateBluesky(options: BlueskySimulatorOptions = {}): SimulatorFactory {
  return (host) => {
    const world = openWorld(host);
    const calls = callsOf(host, world, options.videos ?? {});
    const limits = options.limits ?? GENEROUS;
    const count = rateLimits(host.now);
    return {
      platform: 'bluesky',
      hosts: ['pds', 'video'],
      describe: (request) => describeCall(calls, request),
      handle: async (request) => {
        const name = nameOf(request);
        const call = calls.get(name);
        if (call === undefined || (call.host ?? 'pds') !== request.host) return refuse(501, 'MethodNotImplemented', 'Method Not Implemented');
        if (call.method !== request.method) return invalidRequest(`Incorrect HTTP method (${request.method}) expected ${call.method}`);
        const body = jsonObject(request) ?? {};
        const isLogin = name === 'com.atproto.server.createSession';
        if (!isLogin && call.cost === undefined) return call.run(request);
        const key = `${isLogin ? 'login' : 'write'} ${textField(body, isLogin ? 'identifier' : 'repo') ?? ''}`;
        const { isExceeded, headers } = count(key, isLogin ? limits.logins : limits.writes, call.cost ?? 1);
        return withHeaders(isExceeded ? refuse(429, 'RateLimitExceeded', 'Rate Limit Exceeded') : call.run(request), headers);
      },
      ...shapes(host),
    };
  };
}

/** With generous limits. */
export const blueskySimulator: SimulatorFactory = simulateBluesky();

const nameOf = (request: SimulatedRequest): string => (request.path.startsWith('/xrpc/') ? request.path.slice('/xrpc/'.length) : '');

function callsOf(host: SimulatorHost, world: World, videos: VideoServiceOptions): ReadonlyMap<string, Call> {
  const sessions = sessionCalls(host, world);
  const repository = repositoryCalls(host, world);
  const asCaller =
    (run: (account: Account, request: SimulatedRequest) => SimulatedResponse): Call['run'] =>
    (request) => {
      const account = sessions.caller(request);
      return 'status' in account ? account : run(account, request);
    };
  return new Map<string, Call>([
    ['com.atproto.server.createSession', { method: 'POST', operation: 'token', run: sessions.create }],
    ['com.atproto.server.refreshSession', { method: 'POST', operation: 'token', run: sessions.refresh }],
    ['com.atproto.server.deleteSession', { method: 'POST', operation: 'token', run: sessions.end }],
    ['com.atproto.server.describeServer', { method: 'GET', operation: 'profile', run: describeServer }],
    ['com.atproto.server.getServiceAuth', { method: 'GET', operation: 'other', run: asCaller((account, request) => getServiceAuth(host, world, account, request)) }],
    ['com.atproto.server.getSession', { method: 'GET', operation: 'profile', run: sessions.current }],
    [
      'com.atproto.identity.resolveHandle',
      { method: 'GET', operation: 'other', run: ({ query }) => resolveHandle(world, query.get('handle')) },
    ],
    ['com.atproto.repo.uploadBlob', { method: 'POST', operation: 'upload', run: asCaller(repository.uploadBlob) }],
    ['com.atproto.repo.createRecord', { method: 'POST', operation: 'publish', cost: 3, run: asCaller(repository.createRecord) }],
    ['com.atproto.repo.putRecord', { method: 'POST', operation: 'publish', cost: 2, run: asCaller(repository.putRecord) }],
    ['com.atproto.repo.deleteRecord', { method: 'POST', operation: 'delete', cost: 1, run: asCaller(repository.deleteRecord) }],
    ['com.atproto.repo.getRecord', { method: 'GET', operation: 'lookup', run: ({ query }) => repository.getRecord(query) }],
    ['app.bsky.feed.getPosts', { method: 'GET', operation: 'analytics', run: asCaller((_account, { query }) => repository.getPosts(query)) }],
    ['com.atproto.repo.listRecords', { method: 'GET', operation: 'lookup', run: ({ query }) => repository.listRecords(query) }],
    ...videoCalls(host, world, videos).map(([name, method, operation, run]): [string, Call] => [name, { host: 'video', method, operation, run }]),
  ]);
}

const describeServer = ({ headers }: SimulatedRequest): SimulatedResponse =>
  json({ did: `did:web:${encodeURIComponent(headers['host'] ?? '')}`, availableUserDomains: ['.sandbox.example'], blobUploadLimit: MAX_BLOB_BYTES });

/** Handles whose account was opened, and every one below `sandbox.example`, so that a mention needs no login first. */
function resolveHandle(world: World, handle: string | null): SimulatedResponse {
  const name = (handle ?? '').toLowerCase();
  const did = world.handles.get(name) ?? (name.endsWith('.sandbox.example') ? didOf(name) : undefined);
  return did === undefined ? invalidRequest('Unable to resolve handle') : json({ did });
}

function describeCall(calls: ReadonlyMap<string, Call>, request: SimulatedRequest): CallDescription {
  const operation = calls.get(nameOf(request))?.operation ?? 'other';
  if (operation !== 'publish' && operation !== 'delete') return { operation };
  const body = jsonObject(request) ?? {};
  const record = isObject(body['record']) ? body['record'] : {};
  const accountId = textField(body, 'repo');
  const text = operation === 'publish' ? textField(record, 'text') : undefined;
  return { operation, ...(text === undefined ? {} : { text }), ...(accountId === undefined ? {} : { accountId }) };
}

function shapes(host: SimulatorHost): Pick<Simulator, 'rateLimited' | 'serverError' | 'refusal' | 'refusals' | 'invalidContent'> {
  return {
    rateLimited: (form, seconds) =>
      withHeaders(refuse(429, 'RateLimitExceeded', 'Rate Limit Exceeded'), waitHeaders(form, seconds, host.now())),
    serverError: (status) =>
      status === 502
        ? refuse(502, 'UpstreamFailure', 'Upstream service unreachable')
        : refuse(status, 'InternalServerError', 'Internal Server Error'),
    refusal: (name) => REFUSALS[name]?.(),
    refusals: Object.keys(REFUSALS),
    invalidContent: invalidPost,
  };
}

function waitHeaders(
  form: 'seconds' | 'date' | 'absent' | 'absurd' | 'platform',
  seconds: number,
  nowMs: number,
): Readonly<Record<string, string>> {
  const untilMs = nowMs + seconds * 1000;
  if (form === 'absent') return {};
  if (form === 'platform') return limitHeaders(30, 0, 300, untilMs);
  return { 'retry-after': form === 'date' ? new Date(untilMs).toUTCString() : String(seconds) };
}
