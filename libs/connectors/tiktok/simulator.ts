import { jsonOf, page, postPage, waitHeaders } from '../kit/simulation/index.ts';
import type { CallDescription, SimulatedRequest, SimulatedResponse, SimulatorFactory, SimulatorHost } from '../kit/simulator.ts';
import { invalidParam, REFUSALS, refused } from './simulator/answers.ts';
import { Caps } from './simulator/caps.ts';
import { userInfo, Videos } from './simulator/display.ts';
import { Publications } from './simulator/publications.ts';
import { Tokens } from './simulator/tokens.ts';
import { Uploads } from './simulator/uploads.ts';
import { openWorld } from './simulator/world.ts';

export interface TikTokSimulatorOptions {
  /** From the last byte until a publication has ended. Milliseconds; default 1000. */
  readonly processingMs?: number;
  /** From then until a public post has an id. Milliseconds; default 1000. */
  readonly moderationMs?: number;
  /** How long addresses for bytes are good. Milliseconds; default an hour. */
  readonly uploadLifeMs?: number;
}

interface Platform {
  readonly host: SimulatorHost;
  readonly tokens: Tokens;
  readonly caps: Caps;
  readonly publications: Publications;
  readonly uploads: Uploads;
  readonly videos: Videos;
}

const PUBLISH = '/v2/post/publish';

/** What a call is, by its path. */
const OPERATIONS: Readonly<Record<string, string>> = {
  '/v2/auth/authorize/': 'authorize',
  '/v2/oauth/token/': 'token',
  '/v2/oauth/revoke/': 'token',
  '/v2/user/info/': 'profile',
  '/v2/video/list/': 'lookup',
  '/v2/video/query/': 'analytics',
  [`${PUBLISH}/content/init/`]: 'publish',
  [`${PUBLISH}/inbox/video/init/`]: 'upload',
  [`${PUBLISH}/status/fetch/`]: 'status',
  [`${PUBLISH}/video/init/`]: 'upload',
};

/**
 * TikTok as its documentation describes it. Hosts: `web` is www.tiktok.com with consent and posts, `api` is open.tiktokapis.com, `upload`
 * is open-upload.tiktokapis.com. What names of creators and ids of apps do is told in `docs/sandbox.md`. Videos are uploaded; pulling them
 * is not simulated. Photos are pulled from any address whose host does not begin with `unverified.`, with http too.
 */
export function simulateTikTok(options: TikTokSimulatorOptions = {}): SimulatorFactory {
  return (host) => {
    const world = openWorld(host);
    const caps = new Caps(host, world);
    const { processingMs = 1000, moderationMs = 1000, uploadLifeMs = 3_600_000 } = options;
    const publications = new Publications(host, world, caps, { processingMs, moderationMs, uploadLifeMs });
    const platform: Platform = { host, caps, publications, tokens: new Tokens(host), uploads: new Uploads(host, world, publications), videos: new Videos(world, publications) };
    const refusals: Readonly<Record<string, () => SimulatedResponse>> = REFUSALS;
    return {
      platform: 'tiktok',
      hosts: ['web', 'api', 'upload'],
      describe: (request) => describeCall(platform, request),
      handle: async (request) => (request.host === 'web' ? webCall(platform, request) : request.host === 'upload' ? platform.uploads.put(request) : apiCall(platform, request)),
      rateLimited: (form, seconds) => {
        const limited = REFUSALS.rate_limit_exceeded();
        return { ...limited, headers: { ...limited.headers, ...waitHeaders(form, seconds, host.now()) } };
      },
      serverError: (status) => refused(status, 'internal_error', 'Something went wrong, please try again later.'),
      refusal: (name) => refusals[name]?.(),
      refusals: Object.keys(REFUSALS),
      invalidContent: invalidParam,
    };
  };
}

/** With a second of processing, another of moderation, and addresses that are good for an hour. */
export const tiktokSimulator: SimulatorFactory = simulateTikTok();

function webCall({ tokens, videos }: Platform, request: SimulatedRequest): SimulatedResponse {
  if (request.path === '/v2/auth/authorize/') return tokens.authorize(request);
  const post = videos.get(/^\/@[\w.]+\/(?:video|photo)\/(\d+)$/.exec(request.path)?.[1] ?? '');
  return post === undefined ? page(404, 'Sandbox TikTok', '<p>This post is not available.</p>') : postPage(`@${post.username} on TikTok`, post.description === '' ? post.title : post.description);
}

async function apiCall(platform: Platform, request: SimulatedRequest): Promise<SimulatedResponse> {
  const { tokens, caps, publications, videos } = platform;
  const { path, method } = request;
  if (path === '/v2/oauth/token/') return tokens.token(request);
  if (path === '/v2/oauth/revoke/') return tokens.revoke(request);
  const caller = tokens.callerOf(request);
  if (caller === undefined) return REFUSALS.access_token_invalid();
  if (path === '/v2/user/info/' && method === 'GET') return caps.count(caller, 'display') ?? userInfo(caller, request);
  const isJson = request.headers['content-type']?.startsWith('application/json') === true;
  if (method !== 'POST' || !isJson) return refused(404, 'unsupported_path', 'Unsupported path');
  switch (path) {
    case `${PUBLISH}/creator_info/query/`:
      return publications.creatorInfo(caller);
    case `${PUBLISH}/video/init/`:
      return publications.beginVideo(caller, request, false);
    case `${PUBLISH}/inbox/video/init/`:
      return publications.beginVideo(caller, request, true);
    case `${PUBLISH}/content/init/`:
      return publications.beginPhotos(caller, request);
    case `${PUBLISH}/status/fetch/`:
      return publications.status(caller, request);
    case '/v2/video/list/':
      return caps.count(caller, 'display') ?? videos.list(caller, request);
    case '/v2/video/query/':
      return caps.count(caller, 'display') ?? videos.query(caller, request);
    default:
      return refused(404, 'unsupported_path', 'Unsupported path');
  }
}

/** The last bytes of a video publish it, and so does the call that names photos. */
function describeCall({ tokens, uploads }: Platform, request: SimulatedRequest): CallDescription {
  if (request.host === 'upload') {
    const publication = uploads.publicationOf(request);
    if (publication === undefined) return { operation: 'upload' };
    const { openId: accountId, title: text } = publication;
    return uploads.isLast(request) ? { operation: 'publish', text, accountId } : { operation: 'upload', accountId };
  }
  const operation = OPERATIONS[request.path] ?? 'other';
  const accountId = tokens.callerOf(request)?.openId;
  const more = accountId === undefined ? {} : { accountId };
  if (operation !== 'publish') return { operation, ...more };
  const { title, description } = ((jsonOf(request) ?? {}) as { post_info?: { title?: unknown; description?: unknown } }).post_info ?? {};
  const text = [title, description].find((words) => typeof words === 'string' && words !== '');
  return { operation, text: String(text ?? ''), ...more };
}
