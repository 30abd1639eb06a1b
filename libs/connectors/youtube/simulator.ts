import type { CallDescription, SimulatedRequest, SimulatedResponse, SimulatorFactory, SimulatorHost } from '../kit/simulator.ts';
import { bearerOf, json, page, postPage, waitHeaders, type OAuthGrant } from '../kit/simulation/index.ts';
import { apiError, list, REFUSALS } from './simulator/answers.ts';
import { googleCalls, scope } from './simulator/oauth.ts';
import { channelResource } from './simulator/resources.ts';
import { rangeOf, Uploads } from './simulator/uploads.ts';
import { commentTextOf, Videos } from './simulator/videos.ts';
import { channelsOf, openWorld, type Channel, type World } from './simulator/world.ts';

export interface YouTubeSimulatorOptions {
  /** How long a video is processed. Milliseconds; default 1000. */
  readonly processingMs?: number;
}

interface YouTube {
  readonly world: World;
  readonly google: ReturnType<typeof googleCalls>;
  readonly videos: Videos;
  readonly uploads: Uploads;
}

const WRITE = ['youtube', 'youtube.force-ssl'];
const UPLOAD = [...WRITE, 'youtube.upload'];
const READ = [...WRITE, 'youtube.readonly'];
const COMMENT = ['youtube.force-ssl'];

interface Route {
  /** Any of them suffices. */
  readonly scopes: readonly string[];
  readonly operation: string;
  handle(youtube: YouTube, channel: Channel, request: SimulatedRequest): SimulatedResponse;
}

/** By method and path; scopes as the discovery document lists them. */
const ROUTES: Readonly<Record<string, Route>> = {
  'POST /upload/youtube/v3/videos': { scopes: UPLOAD, operation: 'upload', handle: ({ uploads }, channel, request) => uploads.open(channel, request) },
  'PUT /upload/youtube/v3/videos': { scopes: UPLOAD, operation: 'upload', handle: ({ uploads }, channel, request) => uploads.put(channel, request) },
  'POST /upload/youtube/v3/thumbnails/set': { scopes: UPLOAD, operation: 'upload', handle: ({ videos }, channel, request) => videos.thumbnail(channel, request) },
  'GET /youtube/v3/videos': { scopes: READ, operation: 'status', handle: ({ videos }, _channel, { query }) => videos.list(query) },
  'DELETE /youtube/v3/videos': { scopes: WRITE, operation: 'delete', handle: ({ videos }, channel, { query }) => videos.remove(channel, query.get('id') ?? '') },
  'GET /youtube/v3/playlistItems': { scopes: READ, operation: 'lookup', handle: ({ videos }, channel, { query }) => videos.playlist(channel, query) },
  'POST /youtube/v3/playlistItems': { scopes: WRITE, operation: 'other', handle: ({ videos }, _channel, request) => videos.addToPlaylist(request) },
  'GET /youtube/v3/commentThreads': { scopes: COMMENT, operation: 'lookup', handle: ({ videos }, _channel, { query }) => videos.comments(query) },
  'POST /youtube/v3/commentThreads': { scopes: COMMENT, operation: 'publish', handle: ({ videos }, channel, request) => videos.comment(channel, request) },
};

const routeOf = ({ method, path }: SimulatedRequest): Route | undefined => ROUTES[`${method} ${path}`];

/**
 * YouTube as its documentation describes it. Hosts: `accounts` and `oauth` are Google's authorization server, `api` is www.googleapis.com,
 * `analytics` youtubeanalytics.googleapis.com, `web` www.youtube.com. Any client id is a registered app, any name a Google account with one channel: with three when it begins with
 * `channels_`, of which the first is written to, and none with `nochannel_`; `unticked_` un-ticks the permission to upload, `unverified_`
 * may set no thumbnails, below videos of `silent_` nobody may comment. A file that is no MP4 cannot be processed; a title that begins with
 * `Rejected` and a reason (`Rejected copyright`) is rejected after processing.
 */
export function simulateYouTube(options: YouTubeSimulatorOptions = {}): SimulatorFactory {
  return (host) => {
    const world = openWorld(host);
    const videos = new Videos(host, world, options.processingMs ?? 1000);
    const youtube: YouTube = { world, google: googleCalls(host), videos, uploads: new Uploads(host, world, videos) };
    return {
      platform: 'youtube',
      hosts: ['accounts', 'oauth', 'api', 'analytics', 'web'],
      describe: (request) => describe(youtube, request),
      handle: async (request) => {
        if (request.host === 'web') return webPage(youtube, request);
        if (request.host === 'analytics') return reportCall(host, youtube, request);
        return request.host === 'api' ? apiCall(youtube, request) : youtube.google.handle(request);
      },
      rateLimited: (form, seconds) => rateLimited(host, form, seconds),
      serverError: (status) => apiError(status, 'backendError', 'Backend Error', { domain: 'global' }),
      refusal: (name) => (REFUSALS as Readonly<Record<string, () => SimulatedResponse>>)[name]?.(),
      refusals: Object.keys(REFUSALS),
      invalidContent: (message) => apiError(400, 'invalidVideoMetadata', message, { domain: 'youtube.video' }),
    };
  };
}

/** With a second of processing. */
export const youtubeSimulator: SimulatorFactory = simulateYouTube();

function rateLimited(host: SimulatorHost, form: 'seconds' | 'date' | 'absent' | 'absurd' | 'platform', seconds: number): SimulatedResponse {
  // YouTube has no headers of its own: what it says itself is that the day's uploads are used up.
  if (form === 'platform') return REFUSALS.uploads_per_day();
  const answer = REFUSALS.rate_limit();
  return { ...answer, headers: { ...answer.headers, ...waitHeaders(form, seconds, host.now()) } };
}

function webPage({ world }: YouTube, { path, query }: SimulatedRequest): SimulatedResponse {
  const video = world.videos.get(query.get('v') ?? '');
  if (path === '/watch' && video !== undefined) return postPage(video.metadata.title, video.metadata.description);
  return page(path.startsWith('/channel/') ? 200 : 404, 'Sandbox YouTube', '<p>This page holds nothing.</p>');
}

const grantOf = ({ google }: YouTube, request: SimulatedRequest): OAuthGrant | undefined => {
  const grant = google.server.grantOf(bearerOf(request));
  return grant === 'expired' ? undefined : grant;
};

const mayUse = ({ scopes, account }: OAuthGrant, needed: readonly string[]): boolean =>
  needed.some((name) => scopes.includes(scope(name)) && !(account.startsWith('unticked_') && (name === 'youtube' || name === 'youtube.upload')));

function apiCall(youtube: YouTube, request: SimulatedRequest): SimulatedResponse {
  const grant = grantOf(youtube, request);
  if (grant === undefined) return REFUSALS.invalid_credentials();
  const channels = channelsOf(grant.account);
  if (request.method === 'GET' && request.path === '/youtube/v3/channels') {
    if (!mayUse(grant, READ)) return REFUSALS.scope_missing();
    const parts = request.query.get('part') ?? '';
    return channels.length === 0 ? json(200, { kind: 'youtube#channelListResponse', etag: 'etag', pageInfo: { totalResults: 0, resultsPerPage: 5 } }) : list('youtube#channelListResponse', channels.map((channel) => channelResource(channel, parts)));
  }
  const route = routeOf(request);
  if (route === undefined) return { status: 404, body: 'Not Found' };
  if (!mayUse(grant, route.scopes)) return REFUSALS.scope_missing();
  const [channel] = channels;
  return channel === undefined ? REFUSALS.no_channel() : route.handle(youtube, channel, request);
}

/** Figures of a video are there after two days. */
const COUNTED_AFTER_MS = 48 * 60 * 60_000;
const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/;

/** `reports.query` for the shares of some videos (YouTube Analytics API). */
function reportCall(host: SimulatorHost, youtube: YouTube, request: SimulatedRequest): SimulatedResponse {
  const grant = grantOf(youtube, request);
  if (grant === undefined) return REFUSALS.invalid_credentials();
  if (request.method !== 'GET' || request.path !== '/v2/reports') return { status: 404, body: 'Not Found' };
  if (!mayUse(grant, ['yt-analytics.readonly'])) return REFUSALS.scope_missing();
  const given = (name: string): string => request.query.get(name) ?? '';
  const ids = /^video==([\w,-]+)$/.exec(given('filters'))?.[1]?.split(',') ?? [];
  const isAsked = given('ids') === 'channel==MINE' && given('metrics') === 'shares' && given('dimensions') === 'video' && given('sort') === '-shares' && Number(given('maxResults')) <= 200;
  if (!isAsked || ids.length === 0 || !ISO_DAY.test(given('startDate')) || !ISO_DAY.test(given('endDate'))) return apiError(400, 'badRequest', 'The query is not supported.', { domain: 'global' });
  const [channel] = channelsOf(grant.account);
  const isCounted = (id: string): boolean => {
    const video = youtube.world.videos.get(id);
    return video !== undefined && video.channelId === channel?.id && video.atMs + COUNTED_AFTER_MS <= host.now() && new Date(video.atMs).toISOString().slice(0, 10) >= given('startDate');
  };
  const rows = ids.filter(isCounted).map((id) => [id, 2]);
  const columnHeaders = [{ name: 'video', columnType: 'DIMENSION', dataType: 'STRING' }, { name: 'shares', columnType: 'METRIC', dataType: 'INTEGER' }];
  return json(200, { kind: 'youtubeAnalytics#resultTable', columnHeaders, ...(rows.length === 0 ? {} : { rows }) });
}

/** The last bytes of an upload make the video; all that comes before is an upload, and a question is a look-up. */
function describeUpload({ uploads }: YouTube, request: SimulatedRequest): CallDescription {
  const range = rangeOf(request);
  if (range === undefined) return { operation: 'lookup' };
  const session = uploads.sessionOf(request);
  return range.last + 1 === range.total ? { operation: 'publish', text: session?.metadata.description ?? '' } : { operation: 'upload' };
}

function describe(youtube: YouTube, request: SimulatedRequest): CallDescription {
  if (request.host === 'accounts') return { operation: 'authorize' };
  if (request.host === 'analytics') return { operation: 'analytics' };
  if (request.host !== 'api') return { operation: request.host === 'oauth' ? 'token' : 'other' };
  const grant = grantOf(youtube, request);
  const [channel] = grant === undefined ? [] : channelsOf(grant.account);
  const actor = channel === undefined ? {} : { accountId: channel.id };
  if (request.path === '/youtube/v3/channels') return { operation: 'profile', ...actor };
  if (request.method === 'PUT') return { ...describeUpload(youtube, request), ...actor };
  const operation = request.query.get('part') === 'statistics' ? 'analytics' : (routeOf(request)?.operation ?? 'other');
  return { operation, ...(operation === 'publish' ? { text: commentTextOf(request) } : {}), ...actor };
}
