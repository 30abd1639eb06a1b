import { readRefusal, type HttpResponse } from '../kit/index.ts';
import { errors } from './errors.ts';

const NOW_MS = Date.parse('2026-01-01T00:00:00Z');
const RESET = String(NOW_MS / 1000 + 60);
const OLD = 'https://api.twitter.com/2/problems';
const NEW = 'https://api.x.com/2/problems';

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse => ({
  kind: 'response',
  status,
  headers,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
const read = (status: number, body: unknown, headers?: Record<string, string>) =>
  readRefusal(errors, answer(status, body, headers), NOW_MS);
const forbidden = (detail: string, type = 'about:blank', more: object = {}) => ({ title: 'Forbidden', detail, type, status: 403, ...more });
const invalid = (message: string, type = `${OLD}/invalid-request`) => ({
  errors: [{ parameters: { text: ['...'] }, message }],
  title: 'Invalid Request',
  detail: 'One or more parameters to your request was invalid.',
  type,
});
const tooMany = { title: 'Too Many Requests', detail: 'Too Many Requests', type: 'about:blank', status: 429 };

/** One row per rule, in the rules' order: name, status, body, category, headers. */
const rows: [name: string, status: number, body: unknown, category: string, headers?: Record<string, string>][] = [
  ['token expired or revoked', 401, { title: 'Unauthorized', type: 'about:blank', status: 401, detail: 'Unauthorized' }, 'token_expired'],
  [
    'credits depleted',
    402,
    { title: 'Payment Required', detail: 'credits depleted', type: `${NEW}/credits-depleted`, status: 402 },
    'quota_exhausted',
  ],
  ['duplicate content', 403, forbidden('You are not allowed to create a Tweet with duplicate content.'), 'duplicate'],
  [
    'reply not allowed',
    403,
    forbidden(
      'Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author of the post.',
    ),
    'content_rejected',
  ],
  [
    'wrong kind of token',
    403,
    {
      title: 'Unsupported Authentication',
      detail: 'Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.',
      type: `${OLD}/unsupported-authentication`,
      status: 403,
    },
    'reconnect_required',
  ],
  [
    'app not enrolled or not approved',
    403,
    forbidden('...', `${NEW}/client-forbidden`, { reason: 'client-not-enrolled', registration_url: 'x' }),
    'app_restricted',
  ],
  [
    'app lacks permissions',
    403,
    forbidden(
      'Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.',
      `${OLD}/oauth1-permissions`,
    ),
    'app_restricted',
  ],
  ['account suspended (type)', 403, forbidden('Suspended', `${NEW}/user-suspended`), 'account_restricted'],
  [
    'account suspended (message)',
    403,
    forbidden('Your account is suspended and is not permitted to access this feature.'),
    'account_restricted',
  ],
  ['video too long for the account', 403, forbidden('This user is not allowed to post a video longer than 2 minutes'), 'media_rejected'],
  ['not permitted', 403, forbidden('You are not permitted to perform this action.'), 'scope_missing'],
  ['media ids invalid', 400, invalid('Your media IDs are invalid.'), 'media_rejected'],
  ['too many media', 400, invalid('`$.media.media_ids` has a maximum of 4 items.'), 'media_rejected'],
  ['text too long', 400, invalid('Your Tweet text is too long. For more information see twitter-text.'), 'content_rejected'],
  ['invalid URL in the text', 400, invalid('The Tweet contains an invalid URL.'), 'content_rejected'],
  ['too many cashtags', 400, invalid('Posts may contain a maximum of one cashtag.'), 'content_rejected'],
  ['invalid request', 400, invalid('Something else.', `${NEW}/invalid-request`), 'content_rejected'],
  [
    'post or account gone',
    404,
    { title: 'Not Found Error', detail: 'Could not find tweet with id: [1].', type: `${OLD}/resource-not-found`, status: 404 },
    'content_rejected',
  ],
  [
    'usage capped by the plan',
    429,
    { title: 'UsageCapExceeded', type: `${NEW}/usage-capped`, period: 'Monthly', scope: 'Product' },
    'quota_exhausted',
  ],
  ['app used up for the day', 429, tooMany, 'rate_limited', { 'x-app-limit-24hour-remaining': '0', 'x-app-limit-24hour-reset': RESET }],
  ['rate limited (code 88)', 429, { errors: [{ code: 88, message: 'Rate limit exceeded' }] }, 'rate_limited'],
  ['rate limited', 429, tooMany, 'rate_limited'],
];
/** Whose limit it is where it is not the account's. */
const APP_LIMITS = ['credits depleted', 'usage capped by the plan', 'app used up for the day'];

describe('refusals of X', () => {
  it.each(rows)('%s', (name, status, body, category, headers = {}) => {
    expect(read(status, body, headers)).toMatchObject({
      kind: 'refused',
      category,
      httpStatus: status,
      ...(APP_LIMITS.includes(name) ? { limitOf: 'app' } : {}),
    });
  });
  it('has a row here for every rule', () => {
    expect(rows.map(([name]) => name)).toEqual(errors.rules.map((rule) => rule.name));
  });
  it('takes any other documented problem as an error of the platform', () => {
    expect(read(409, { title: 'Conflict', type: `${OLD}/conflict`, status: 409 })).toMatchObject({
      category: 'platform_error',
      code: 'conflict',
    });
  });
  it.each([
    [500, { title: 'Internal Server Error', detail: 'Something is broken.', type: 'about:blank', status: 500 }],
    [503, '<html>Service Unavailable</html>'],
    [302, ''],
    [400, '<html>proxy</html>'],
    [403, 'not json'],
  ])('cannot tell what HTTP %d with %j means', (status, body) => {
    expect(read(status, body)).toMatchObject({ kind: 'unknown', httpStatus: status });
  });
});

describe('when X says to come back', () => {
  const until = (headers: Record<string, string>) => {
    const reading = read(429, tooMany, headers);
    return reading.kind === 'refused' && reading.untilMs !== undefined ? reading.untilMs - NOW_MS : undefined;
  };
  const DAY_MS = 86_400_000;
  it.each([
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:07 GMT' }, 7000],
    [{ 'retry-after': '99999999' }, DAY_MS],
    [{}, undefined],
    [{ 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': RESET }, 60_000],
    [{ 'x-rate-limit-reset': RESET }, 60_000],
    [
      {
        'x-rate-limit-remaining': '3',
        'x-rate-limit-reset': '1',
        'x-user-limit-24hour-remaining': '0',
        'x-user-limit-24hour-reset': RESET,
      },
      60_000,
    ],
    [{ 'x-rate-limit-reset': 'soon' }, undefined],
  ])('%j', (headers, expected) => expect(until(headers)).toBe(expected));
});
