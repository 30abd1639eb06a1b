import { createHash } from 'node:crypto';
import { listenOnLoopback, type ListeningSandbox } from '@plaza/sandbox';
import { DOCUMENTED_LIMITS, simulateTwitter } from './simulator.ts';

const CLIENT = { id: 'my-app', secret: 's3cret', callback: 'http://127.0.0.1/callback' };
const VERIFIER = 'v'.repeat(43);
const SCOPES = 'tweet.read tweet.write users.read media.write offline.access';
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

let sandbox: ListeningSandbox;
let nowMs: number;

beforeEach(async () => {
  nowMs = Date.parse('2026-01-01T00:00:00Z');
  sandbox = await listenOnLoopback({
    now: () => nowMs,
    simulators: [{ platform: 'twitter', create: simulateTwitter({ limits: DOCUMENTED_LIMITS }) }],
  });
});
afterEach(() => sandbox.close());

type Fields = Record<string, string>;
const query = (more: Fields = {}): Fields => ({
  response_type: 'code',
  client_id: CLIENT.id,
  redirect_uri: CLIENT.callback,
  scope: SCOPES,
  state: 'st&te"<',
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
  ...more,
});
const authorizeUrl = () => `${sandbox.url}/twitter/web/i/oauth2/authorize`;
const showForm = (fields: Fields) => fetch(`${authorizeUrl()}?${new URLSearchParams(fields)}`);
const sendForm = (fields: Fields) => fetch(authorizeUrl(), { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
const consent = async (more: Fields = {}) => {
  const answer = await sendForm({ ...query(more), decision: 'approve' });
  return new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
};
const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
const form = (path: string, fields: Fields, authorization: string | undefined = basic(CLIENT.id, CLIENT.secret)) =>
  fetch(`${sandbox.url}/twitter/api${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: authorization === '' ? {} : { authorization },
  });
const codeFields = (code: string, more: Fields = {}): Fields => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: CLIENT.callback,
  code_verifier: VERIFIER,
  ...more,
});
interface Tokens {
  access_token: string;
  refresh_token?: string;
  expires_in: number;
  scope: string;
}
const signIn = async (more: Fields = {}) => (await (await form('/2/oauth2/token', codeFields(await consent(more)))).json()) as Tokens;
const refresh = (token: string | undefined, authorization?: string) =>
  form('/2/oauth2/token', { grant_type: 'refresh_token', refresh_token: token ?? '' }, authorization);
const api = (token: string, method: string, path: string, body?: unknown) =>
  fetch(`${sandbox.url}/twitter/api${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const errorOf = async (answer: Response) => ({ status: answer.status, ...((await answer.json()) as object) });
const REFUSED_CODE = { status: 400, error: 'invalid_request', error_description: 'Value passed for the authorization code was invalid.' };
const REFUSED_TOKEN = { status: 400, error: 'invalid_request', error_description: 'Value passed for the token was invalid.' };

describe('the consent page', () => {
  it('shows app and scopes, escapes every value and runs no script', async () => {
    const answer = await showForm(query({ client_id: '<script>alert("1")</script>' }));
    const html = await answer.text();
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;alert(&quot;1&quot;)');
    expect(html).toContain('value="st&amp;te&quot;&lt;"');
    for (const scope of SCOPES.split(' ')) expect(html).toContain(scope);
  });
  it('leads back with state and code, or with the denial', async () => {
    const approved = await sendForm({ ...query(), decision: 'approve' });
    expect(approved.status).toBe(302);
    expect(new URL(approved.headers.get('location') ?? '').searchParams.get('state')).toBe('st&te"<');
    const denied = await sendForm({ ...query(), decision: 'deny' });
    expect(Object.fromEntries(new URL(denied.headers.get('location') ?? '').searchParams)).toEqual({
      state: 'st&te"<',
      error: 'access_denied',
    });
  });
  it.each([
    { response_type: 'token' },
    { client_id: '' },
    { redirect_uri: '/relative' },
    { scope: '' },
    { scope: 'everything' },
    { state: '' },
    { state: 's'.repeat(501) },
    { code_challenge: '' },
    { code_challenge_method: 'none' },
  ])('keeps the user when the request is not in order: %j', async (fields) => {
    expect((await showForm(query(fields))).status).toBe(400);
    expect((await sendForm({ ...query(fields), decision: 'approve' })).status).toBe(400);
  });
});

describe('the token endpoint', () => {
  it('gives tokens for a code, with a refresh token only for offline.access', async () => {
    expect(await signIn()).toMatchObject({ token_type: 'bearer', expires_in: 7200, refresh_token: expect.any(String) });
    expect(await signIn({ scope: 'tweet.read users.read' })).not.toHaveProperty('refresh_token');
  });
  it('takes plain challenges', async () => {
    const code = await consent({ code_challenge: VERIFIER, code_challenge_method: 'plain' });
    expect((await form('/2/oauth2/token', codeFields(code))).status).toBe(200);
  });
  it.each([
    ['another redirect_uri', { redirect_uri: `${CLIENT.callback}/` }],
    ['another verifier', { code_verifier: 'w'.repeat(43) }],
    ['a code that it never gave', { code: 'made-up' }],
  ])('refuses %s', async (_name, fields) => {
    expect(await errorOf(await form('/2/oauth2/token', codeFields(await consent(), fields)))).toEqual(REFUSED_CODE);
  });
  it('refuses a request without a verifier', async () => {
    expect((await form('/2/oauth2/token', codeFields(await consent(), { code_verifier: '' }))).status).toBe(400);
  });
  it('takes a code once and for 30 seconds', async () => {
    const code = await consent();
    expect((await form('/2/oauth2/token', codeFields(code))).status).toBe(200);
    expect(await errorOf(await form('/2/oauth2/token', codeFields(code)))).toEqual(REFUSED_CODE);
    const late = await consent();
    nowMs += 30_000;
    expect(await errorOf(await form('/2/oauth2/token', codeFields(late)))).toEqual(REFUSED_CODE);
  });
  it('learns the secret of an app at its first call and holds to it', async () => {
    await signIn();
    expect((await form('/2/oauth2/token', codeFields(await consent()), basic(CLIENT.id, 'other'))).status).toBe(401);
    expect((await form('/2/oauth2/token', codeFields(await consent(), { client_id: CLIENT.id }), '')).status).toBe(401);
    expect(await errorOf(await form('/2/oauth2/token', codeFields(await consent()), basic('other-app', 'wrong-secret')))).toMatchObject({
      status: 401,
      error: 'unauthorized_client',
    });
  });
  it('takes a public client with client_id and no secret', async () => {
    const code = await consent({ client_id: 'public-app' });
    expect((await form('/2/oauth2/token', codeFields(code, { client_id: 'public-app' }), '')).status).toBe(200);
  });
  it('gives no tokens for the code of another app', async () => {
    expect(await errorOf(await form('/2/oauth2/token', codeFields(await consent()), basic('other-app', 'x')))).toEqual(REFUSED_CODE);
  });
  it('rotates refresh tokens, and ends the grant when one is used twice', async () => {
    const first = await signIn();
    const second = (await (await refresh(first.refresh_token)).json()) as Tokens;
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(await errorOf(await refresh(first.refresh_token))).toEqual(REFUSED_TOKEN);
    expect(await errorOf(await refresh(second.refresh_token))).toEqual(REFUSED_TOKEN);
    expect((await api(second.access_token, 'GET', '/2/users/me')).status).toBe(401);
  });
  it('ends the grant by its refresh token at the revoke endpoint', async () => {
    const tokens = await signIn();
    const answer = await form('/2/oauth2/revoke', { token: tokens.refresh_token ?? '' });
    expect(await answer.json()).toEqual({ revoked: true });
    expect((await api(tokens.access_token, 'GET', '/2/users/me')).status).toBe(401);
    expect(await errorOf(await refresh(tokens.refresh_token))).toEqual(REFUSED_TOKEN);
  });
  it('lets access tokens live for two hours', async () => {
    const tokens = await signIn();
    nowMs += 7_199_000;
    expect((await api(tokens.access_token, 'GET', '/2/users/me')).status).toBe(200);
    nowMs += 1000;
    expect((await api(tokens.access_token, 'GET', '/2/users/me')).status).toBe(401);
  });
});

describe('posts', () => {
  const create = (token: string, body: unknown) => api(token, 'POST', '/2/tweets', body);

  it('connects several accounts, each with its own name and id', async () => {
    const names = [];
    for (const account of ['sandbox_user', 'other_user']) {
      const { access_token: token } = await signIn({ account });
      names.push(((await (await api(token, 'GET', '/2/users/me')).json()) as { data: { id: string; username: string } }).data);
    }
    expect(names.map(({ username }) => username)).toEqual(['sandbox_user', 'other_user']);
    expect(new Set(names.map(({ id }) => id)).size).toBe(2);
  });
  it.each([
    [{ text: 'x', surplus: 1 }],
    [{}],
    [{ text: ' ' }],
    [{ text: 'x'.repeat(281) }],
    [{ text: 'あ'.repeat(141) }],
    [{ text: 'x', media: { media_ids: ['1'] } }],
    [{ text: 'x', poll: { options: ['a'], duration_minutes: 5 } }],
    [{ text: 'x', quote_tweet_id: '1', poll: { options: ['a', 'b'], duration_minutes: 5 } }],
    [{ text: '$AAA $BBB' }],
  ])('refuses %j', async (body) => {
    const { access_token: token } = await signIn();
    expect(await errorOf(await create(token, body))).toMatchObject({ status: 400, title: 'Invalid Request' });
  });
  it('takes 280 weighted characters, links counting 23, and 25,000 from a premium account', async () => {
    const { access_token: token } = await signIn();
    expect((await create(token, { text: 'あ'.repeat(140) })).status).toBe(201);
    expect((await create(token, { text: `${'x'.repeat(256)} https://example.com/${'y'.repeat(200)}` })).status).toBe(201);
    const { access_token: premium } = await signIn({ account: 'premium_user' });
    expect((await create(premium, { text: 'x'.repeat(25_000) })).status).toBe(201);
  });
  it('takes the same text again from an account that may repeat itself', async () => {
    const { access_token: token } = await signIn({ account: 'repeats_user' });
    const answers = [await create(token, { text: 'twice' }), await create(token, { text: 'twice' })];
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  });
  it('refuses the same text of the same account until it is deleted', async () => {
    const { access_token: token } = await signIn();
    const { data } = (await (await create(token, { text: 'once' })).json()) as { data: { id: string } };
    expect(await errorOf(await create(token, { text: 'once' }))).toMatchObject({
      status: 403,
      detail: 'You are not allowed to create a Tweet with duplicate content.',
    });
    const { access_token: other } = await signIn({ account: 'other_user' });
    expect((await create(other, { text: 'once' })).status).toBe(201);
    expect((await api(other, 'DELETE', `/2/tweets/${data.id}`)).status).toBe(403);
    expect((await api(token, 'DELETE', `/2/tweets/${data.id}`)).status).toBe(200);
    expect((await api(token, 'DELETE', `/2/tweets/${data.id}`)).status).toBe(404);
    expect((await create(token, { text: 'once' })).status).toBe(201);
  });
  it('needs the scopes that the documentation names', async () => {
    const { access_token: token } = await signIn({ scope: 'tweet.read users.read' });
    expect((await create(token, { text: 'x' })).status).toBe(403);
    expect((await api(token, 'POST', '/2/media/upload', {})).status).toBe(403);
  });
  it('counts calls on every answer and refuses beyond the limit until the window ends', async () => {
    const { access_token: token } = await signIn();
    for (let count = 0; count < 75; count += 1) await api(token, 'GET', '/2/users/me');
    const answer = await api(token, 'GET', '/2/users/me');
    expect(answer.status).toBe(429);
    expect(answer.headers.get('x-rate-limit-remaining')).toBe('0');
    expect(answer.headers.get('x-rate-limit-reset')).toBe(String(nowMs / 1000 + 900));
    nowMs += 900_000;
    expect((await api(token, 'GET', '/2/users/me')).status).toBe(200);
  });
  it('lists ids with those that are missing, and the timeline in pages, newest first', async () => {
    const { access_token: token } = await signIn();
    const me = ((await (await api(token, 'GET', '/2/users/me')).json()) as { data: { id: string } }).data.id;
    const ids: string[] = [];
    for (let count = 0; count < 6; count += 1) {
      nowMs += 1000;
      ids.push(((await (await create(token, { text: `post ${count}` })).json()) as { data: { id: string } }).data.id);
    }
    const found = (await (await api(token, 'GET', `/2/tweets?ids=${ids[0]},999`)).json()) as {
      data: unknown[];
      errors: { resource_id: string }[];
    };
    expect(found.data).toHaveLength(1);
    expect(found.errors).toMatchObject([{ resource_id: '999' }]);
    type Page = { data: { id: string }[]; meta: { next_token?: string } };
    const first = (await (await api(token, 'GET', `/2/users/${me}/tweets?max_results=5`)).json()) as Page;
    const second = (await (
      await api(token, 'GET', `/2/users/${me}/tweets?max_results=5&pagination_token=${first.meta.next_token}`)
    ).json()) as Page;
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(ids.toReversed());
    const start = new Date(nowMs).toISOString();
    expect(
      ((await (await api(token, 'GET', `/2/users/${me}/tweets?start_time=${start}`)).json()) as Page).data.map(({ id }) => id),
    ).toEqual(ids.slice(-1));
    expect((await api(token, 'GET', `/2/users/${me}/tweets?max_results=4`)).status).toBe(400);
  });
});

describe('media', () => {
  const upload = (token: string, path: string, body: unknown) => api(token, 'POST', `/2/media/upload${path}`, body);
  const video = async (token: string, content: string) => {
    const bytes = Buffer.from(content);
    const init = (await (
      await upload(token, '/initialize', { media_type: 'video/mp4', total_bytes: bytes.length, media_category: 'tweet_video' })
    ).json()) as { data: { id: string } };
    await upload(token, `/${init.data.id}/append`, { media: bytes.toString('base64'), segment_index: 0 });
    return init.data.id;
  };
  const state = async (token: string, id: string) =>
    (
      (await (await api(token, 'GET', `/2/media/upload?command=STATUS&media_id=${id}`)).json()) as {
        data?: { processing_info?: { state: string } };
      }
    ).data?.processing_info?.state;
  const postWith = async (token: string, ids: string[]) => (await api(token, 'POST', '/2/tweets', { media: { media_ids: ids } })).status;

  it('takes images in one shot, and lets unused ones expire after a day', async () => {
    const { access_token: token } = await signIn();
    const { data } = (await (
      await upload(token, '', { media: Buffer.from('image').toString('base64'), media_category: 'tweet_image' })
    ).json()) as { data: { id: string } };
    expect((await api(token, 'POST', '/2/media/metadata', { id: data.id, metadata: { alt_text: { text: 'alt' } } })).status).toBe(200);
    nowMs += 3_600_000;
    expect(await postWith((await signIn()).access_token, [data.id])).toBe(201);
    nowMs += 86_400_000;
    expect(await postWith((await signIn()).access_token, [data.id])).toBe(400);
  });
  it('takes videos in three steps and processes them before they can be posted', async () => {
    const { access_token: token } = await signIn();
    const id = await video(token, 'video');
    expect(await postWith(token, [id])).toBe(400);
    expect((await upload(token, `/${id}/finalize`, undefined)).status).toBe(200);
    expect(await state(token, id)).toBe('pending');
    expect(await postWith(token, [id])).toBe(400);
    nowMs += 1000;
    expect(await state(token, id)).toBe('succeeded');
    expect(await postWith((await signIn({ account: 'other_user' })).access_token, [id])).toBe(400);
    expect(await postWith(token, [id])).toBe(201);
  });
  it('fails to process what begins with "unsupported", and does not finalize what is incomplete', async () => {
    const { access_token: token } = await signIn();
    const id = await video(token, 'unsupported');
    await upload(token, `/${id}/finalize`, undefined);
    nowMs += 1000;
    expect(await state(token, id)).toBe('failed');
    const empty = (await (await upload(token, '/initialize', { total_bytes: 10 })).json()) as { data: { id: string } };
    expect((await upload(token, `/${empty.data.id}/finalize`, undefined)).status).toBe(400);
  });
});
