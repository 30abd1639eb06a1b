import { checkContent, plainCost, type HttpResponse } from '../kit/index.ts';
import { CLIENT, mediaFile, secretText, Testbed, toCredential, type Connected, type Example } from '../kit/testbed.spec-support.ts';
import { pinterest } from './index.ts';
import { jsonSent, pathSent } from './sent.spec-support.ts';
import { pinterestSimulator } from './simulator.ts';
import { boardIdOf, sectionIdOf } from './simulator/world.ts';

const { manifest, oauth, readings } = pinterest;
const DAY_MS = 24 * 3_600_000;
const boardId = boardIdOf('jane', 0);

let bed: Testbed;
let jane: Connected;
beforeEach(async () => {
  bed = await Testbed.open(pinterest, pinterestSimulator);
  jane = await bed.connectByOAuth('jane');
});
afterEach(() => bed.close());

const picture = (more = {}) => mediaFile({ type: 'image', ...more });
const video = (more = {}) => mediaFile({ type: 'video', ...more });
const pinSent = async (example: Example): Promise<unknown> => {
  expect(await bed.publish(jane, example)).toMatchObject({ kind: 'published' });
  return jsonSent(bed.visibleRequests().at(-1));
};
const base64 = async (file: ReturnType<typeof picture>): Promise<string> => Buffer.from(await file.bytes()).toString('base64');
const tokenCall = () => bed.exchanges.find(({ request }) => request.url.endsWith('/v5/oauth/token'))?.request;

describe('connecting', () => {
  it('asks with Pinterest’s names, and scopes between commas', () => {
    const url = new URL(oauth.authorizeUrl({ hosts: manifest.hosts, clientId: 'app', redirectUri: 'https://plaza.example/cb', scopes: ['pins:read', 'pins:write'], state: 's' }));
    expect(`${url.origin}${url.pathname}`).toBe('https://www.pinterest.com/oauth/');
    expect(Object.fromEntries(url.searchParams)).toEqual({ client_id: 'app', redirect_uri: 'https://plaza.example/cb', response_type: 'code', scope: 'pins:read,pins:write', state: 's' });
  });

  it('shows the app in Basic authentication only, and asks for a refresh token that goes on', () => {
    const { headers = {}, body } = tokenCall() ?? {};
    expect(Buffer.from(headers['authorization']?.replace('Basic ', '') ?? '', 'base64').toString()).toBe(`${encodeURIComponent(CLIENT.clientId)}:${encodeURIComponent(CLIENT.clientSecret.reveal())}`);
    expect(Object.fromEntries(new URLSearchParams(String(body)))).toEqual({ grant_type: 'authorization_code', code: expect.any(String), redirect_uri: expect.any(String), continuous_refresh: 'true' });
  });

  it('knows how long the tokens live, and what they may', () => {
    expect(jane.grant).toEqual({
      accessToken: expect.stringMatching(/^pina_/),
      accessExpiresAtMs: bed.nowMs + 30 * DAY_MS,
      refreshToken: expect.stringMatching(/^pinr\./),
      refreshExpiresAtMs: bed.nowMs + 60 * DAY_MS,
      scopes: ['user_accounts:read', 'boards:read', 'boards:write', 'pins:read', 'pins:write'],
    });
  });

  it('an older app gets its refresh token because it asks for one', async () => {
    const client = { clientId: 'legacy app', clientSecret: secretText('s') };
    const code = (await bed.consent('jane', { client })).get('code') ?? '';
    expect(await bed.exchange(code, client)).toMatchObject({ ok: true, value: { refreshToken: expect.any(String) } });
  });

  it('reads id, name and picture, of a business its own name', async () => {
    expect(jane.account).toEqual({
      platformUserId: expect.stringMatching(/^\d+$/),
      username: 'jane',
      displayName: 'jane',
      profileUrl: `${bed.url}/pinterest/web/jane/`,
      imageUrl: expect.stringContaining('i.pinimg.example'),
      metadata: { accountType: 'PINNER' },
    });
    const business = await bed.connectByOAuth('business_bob');
    expect(business.account).toMatchObject({ username: 'business_bob', displayName: 'business_bob Ltd', metadata: { accountType: 'BUSINESS' } });
  });

  it('is not made without a permission that publishing needs', async () => {
    const code = (await bed.consent('jane', { scopes: ['user_accounts:read', 'boards:read', 'pins:read', 'pins:write'] })).get('code') ?? '';
    expect(await bed.exchange(code)).toMatchObject({ ok: false, failure: { kind: 'denied', message: expect.stringContaining('boards:write') } });
  });

  it('is renewed with a new refresh token for another 60 days', async () => {
    await bed.pass(20 * DAY_MS);
    const renewed = await bed.refresh(jane);
    expect(renewed).toMatchObject({ kind: 'granted', grant: { accessExpiresAtMs: bed.nowMs + 30 * DAY_MS, refreshExpiresAtMs: bed.nowMs + 60 * DAY_MS } });
    if (renewed.kind !== 'granted') throw new Error(renewed.kind);
    expect(renewed.grant.refreshToken).not.toBe(jane.grant.refreshToken);
    const credential = toCredential({ ...jane.grant, ...renewed.grant });
    expect(await bed.refresh({ ...jane, credential })).toMatchObject({ kind: 'granted' });
  });

  it.each<readonly [number, object, string]>([
    [401, { code: 283, message: 'The authorization grant is invalid' }, 'reconnect'],
    [401, { code: 2, message: 'Authentication failed.' }, 'app'],
    [403, { code: 283, message: 'Words' }, 'transient'],
    [401, { code: 7, message: 'Words' }, 'transient'],
    [400, { code: 1, message: 'Invalid request' }, 'transient'],
    [500, { code: 283, message: 'Sorry! Something went wrong on our end.' }, 'transient'],
    [200, {}, 'transient'],
  ])('ends by documented words alone: %s %j is %s', (status, body, kind) => {
    const response: HttpResponse = { kind: 'response', status, headers: {}, body: Buffer.from(JSON.stringify(body)) };
    expect(oauth.refresher?.read(response, 0)).toMatchObject({ kind });
  });

  it('reads scopes between spaces as well, and does without', async () => {
    const grant = (more: object) => {
      const body = { access_token: 'a', refresh_token: 'r', expires_in: 10, ...more };
      return oauth.refresher?.read({ kind: 'response', status: 200, headers: {}, body: Buffer.from(JSON.stringify(body)) }, 1000);
    };
    expect(grant({ scope: 'pins:read pins:write' })).toMatchObject({ grant: { scopes: ['pins:read', 'pins:write'] } });
    expect(grant({})).toEqual({ kind: 'granted', grant: { accessToken: 'a', accessExpiresAtMs: 11_000, refreshToken: 'r', refreshExpiresAtMs: 1000 + 60 * DAY_MS } });
  });

  it('waits at the token endpoint for as long as it is told', () => {
    const response: HttpResponse = { kind: 'response', status: 429, headers: { 'x-ratelimit-reset': '20' }, body: Buffer.from('{"code":8,"message":"This request exceeded a rate limit."}') };
    expect(oauth.refresher?.read(response, 1000)).toMatchObject({ kind: 'transient', untilMs: 21_000 });
  });

  it('tries an app without a user', async () => {
    const verdict = async (clientSecret: string) => (await oauth.verifyApp?.(bed.context(), { clientId: 'app', clientSecret: secretText(clientSecret) }))?.verdict;
    expect(await verdict('right')).toBe('valid');
    expect(await verdict('wrong')).toBe('invalid');
    await bed.fault('token', { kind: 'server_error_before' });
    expect(await verdict('right')).toBe('inconclusive');
  });
});

describe('pins', () => {
  it('a picture with all that a pin can have is one call, after a look at the board', async () => {
    const file = picture({ mimeType: 'image/png', sizeBytes: 1001 });
    const before = bed.exchanges.length;
    const options = { boardId, boardSectionId: sectionIdOf('jane', 1), title: 'Soup', link: 'https://recipes.example/soup', altText: 'A bowl', dominantColor: '#6E7874', aiModified: true };
    expect(await pinSent({ text: 'How to cook it', media: [file], options })).toEqual({
      board_id: boardId,
      board_section_id: sectionIdOf('jane', 1),
      title: 'Soup',
      description: 'How to cook it',
      link: 'https://recipes.example/soup',
      alt_text: 'A bowl',
      dominant_color: '#6E7874',
      ai_disclosures: { values: ['AI_MODIFIED'] },
      media_source: { source_type: 'image_base64', content_type: 'image/png', data: await base64(file) },
    });
    expect(bed.exchanges.slice(before).map(({ request }) => pathSent(request))).toEqual(['GET /api/v5/boards/#/sections/#/pins', 'POST /api/v5/pins']);
  });

  it.each([
    ['First line\nand a second', 'First line'],
    ['\r\n  Trimmed \r\nsecond', 'Trimmed'],
    ['🍲'.repeat(120), '🍲'.repeat(100)],
    ['  ', undefined],
  ])('has the first line as title: %j', async (text, title) => {
    const sent = (await pinSent({ text, media: [picture()], options: { boardId } })) as { title?: string; description?: string };
    expect(sent.title).toBe(title);
    expect(sent.description).toBe(text.trim() === '' ? undefined : text);
  });

  it('several pictures are a carousel, with words of their own', async () => {
    const files = [picture(), picture({ mimeType: 'image/png' })];
    const carouselItems = [{ title: 'One', link: 'https://recipes.example/1' }, { description: 'Second' }];
    const items = await Promise.all(files.map(async (file, index) => ({ content_type: file.mimeType, data: await base64(file), ...carouselItems[index] })));
    expect(await pinSent({ text: 'Two', media: files, options: { boardId, carouselItems, carouselIndex: 1 } })).toMatchObject({ media_source: { source_type: 'multiple_image_base64', items, index: 1 } });
  });

  it('pictures that are too large together are fetched by Pinterest', async () => {
    const files = [picture({ sizeBytes: 11 * 1024 * 1024 }), picture({ sizeBytes: 11 * 1024 * 1024 })];
    expect(await pinSent({ text: 'Two', media: files, options: { boardId, carouselItems: [{ title: 'One' }] } })).toMatchObject({
      media_source: { source_type: 'multiple_image_urls', items: [{ url: files[0]?.url, title: 'One' }, { url: files[1]?.url }] },
    });
  });

  it('on a board that is not there are refused before anything is sent', async () => {
    const publication = bed.publication(jane, { text: 'x', media: [picture()], options: { boardId: boardIdOf('somebody_else', 0) } });
    expect(await bed.prepare(publication)).toMatchObject({ kind: 'refused', category: 'content_rejected', message: 'Board not found.' });
    const elsewhere = bed.publication(jane, { text: 'x', media: [picture()], options: { boardId, boardSectionId: sectionIdOf('somebody_else', 0) } });
    expect(await bed.prepare(elsewhere)).toMatchObject({ kind: 'refused', category: 'content_rejected', message: 'Board or section not found.' });
    expect(bed.visibleRequests()).toEqual([]);
  });

  it('with a link that Pinterest blocks are refused for good, although it says 429', async () => {
    const ended = await bed.publish(jane, { text: 'x', media: [picture()], options: { boardId, link: 'https://spam.example/' } });
    expect(ended).toMatchObject({ kind: 'refused', category: 'content_rejected', code: '9', httpStatus: 429 });
  });

  it('of an app with Trial access are refused as the app’s matter', async () => {
    const client = { clientId: 'trial app', clientSecret: secretText('s') };
    const grant = await bed.exchange((await bed.consent('jane', { client })).get('code') ?? '', client);
    if (!grant.ok) throw new Error(grant.failure.message);
    const credential = toCredential(grant.value);
    const ended = await bed.publishPart(bed.publication({ ...jane, credential }, { text: 'x', media: [picture()], options: { boardId } }));
    expect(ended).toMatchObject({ kind: 'refused', category: 'app_restricted', code: '29', message: expect.stringContaining('Trial access') });
  });

  it('are gone only when Pinterest says so', async () => {
    await bed.publish(jane, { text: 'x', media: [picture()], options: { boardId } });
    const [entry] = await bed.ledger();
    await bed.fault('delete', { kind: 'refuse', error: 'not_permitted' });
    expect(await bed.remove(jane, entry?.postId ?? '')).toMatchObject({ kind: 'refused', category: 'account_restricted' });
    await bed.fault('delete', { kind: 'drop_before' });
    expect(await bed.remove(jane, entry?.postId ?? '')).toMatchObject({ kind: 'refused', category: 'transient' });
    expect(await bed.remove(jane, entry?.postId ?? '')).toEqual({ kind: 'deleted' });
  });
});

it('what Pinterest made no pin of for reasons of its own is tried again over hours', async () => {
  await bed.fault('publish', { kind: 'refuse', error: 'something_wrong' });
  expect(await bed.publish(jane, { text: 'x', media: [picture()], options: { boardId } })).toMatchObject({ kind: 'refused', category: 'transient', untilMs: bed.nowMs + 20 * 60_000 });
  expect(await bed.ledger()).toEqual([]);
});

describe('what is checked before', () => {
  const problems = (text: string, media: ReturnType<typeof picture>[], options: object = {}) =>
    checkContent(manifest, { text, options: manifest.options.parse({ boardId, ...options }) }, media).map(({ rule, path }) => `${rule} ${path}`);

  it.each<readonly [string, string, () => ReturnType<typeof picture>[], object, string[]]>([
    ['a whole pin', 'a'.repeat(800), () => [picture()], { carouselItems: [] }, []],
    ['a text that is too long', 'ä'.repeat(801), () => [picture()], {}, ['text_too_long content']],
    ['800 characters of two code units each', '🍲'.repeat(800), () => [picture()], {}, []],
    ['no media', 'a', () => [], {}, ['media_required mediaItems']],
    ['six pictures', 'a', () => Array.from({ length: 6 }, () => picture()), {}, ['too_many_media mediaItems', 'too_many_media mediaItems']],
    ['a video beside a picture', 'a', () => [video(), picture()], {}, ['media_mix mediaItems']],
    ['a picture of another size', 'a', () => [picture(), picture({ height: 1000 })], {}, ['media_dimensions mediaItems[1]']],
    ['a WebP', 'a', () => [picture({ mimeType: 'image/webp' })], {}, ['media_type mediaItems[0]']],
    ['a short video', 'a', () => [video({ durationMs: 3999 })], {}, ['media_duration mediaItems[0]']],
    ['a long video', 'a', () => [video({ durationMs: 900_001 })], {}, ['media_duration mediaItems[0]']],
    ['a narrow video', 'a', () => [video({ width: 499, height: 1000 })], {}, ['media_dimensions mediaItems[0]']],
    ['a cover of a picture', 'a', () => [picture()], { coverImageUrl: 'https://c.example/c.jpg' }, ['option_invalid platformSpecificData.coverImageUrl']],
    ['two covers', 'a', () => [video()], { coverImageUrl: 'https://c.example/c.jpg', coverImageSecs: 1 }, ['option_invalid platformSpecificData.coverImageSecs']],
    ['a cover behind the end', 'a', () => [video()], { coverImageSecs: 11 }, ['option_invalid platformSpecificData.coverImageSecs']],
    ['a cover at the end', 'a', () => [video()], { coverImageSecs: 10 }, []],
    ['words of pictures that are not there', 'a', () => [picture(), picture()], { carouselItems: [{}, {}, {}] }, ['option_invalid platformSpecificData.carouselItems']],
    ['words of a single picture', 'a', () => [picture()], { carouselItems: [{ title: 'x' }] }, ['option_invalid platformSpecificData.carouselItems']],
    ['a first picture that is not there', 'a', () => [picture(), picture()], { carouselIndex: 2 }, ['option_invalid platformSpecificData.carouselIndex']],
    ['the first of one', 'a', () => [picture()], { carouselIndex: 0 }, ['option_invalid platformSpecificData.carouselIndex']],
  ])('%s', (_name, text, media, options, expected) => expect(problems(text, media(), options)).toEqual(expected));

  it.each<readonly [string, object, boolean]>([
    ['no board', {}, false],
    ['a board by its name', { boardId: 'recipes' }, false],
    ['an unknown field', { boardId, board: '1' }, false],
    ['a title of 100 characters of two code units each', { boardId, title: '🍲'.repeat(100) }, true],
    ['a title that is too long', { boardId, title: 'a'.repeat(101) }, false],
    ['an alt text that is too long', { boardId, altText: 'a'.repeat(501) }, false],
    ['a link that no browser opens', { boardId, link: 'ftp://files.example' }, false],
    ['a link that is too long', { boardId, link: `https://l.example/${'a'.repeat(2048)}` }, false],
    ['a colour by its name', { boardId, dominantColor: 'red' }, false],
  ])('%s', (_name, options, isTaken) => expect(manifest.options.safeParse(options).success).toBe(isTaken));
});

describe('boards', () => {
  const read = (connected: Connected) => readings['boards']?.(bed.context(), connected);

  it('are those that the account may pin on', async () => {
    expect(await read(jane)).toEqual({
      kind: 'reading',
      value: [
        { id: boardId, name: 'Recipes', description: null, privacy: 'PUBLIC' },
        { id: boardIdOf('jane', 1), name: 'Travel', description: null, privacy: 'PROTECTED' },
      ],
    });
    expect(await read(await bed.connectByOAuth('noboards_jim'))).toEqual({ kind: 'reading', value: [] });
  });

  it('are read over all pages', async () => {
    const reading = await read(await bed.connectByOAuth('many_mia'));
    const boards = reading?.kind === 'reading' ? (reading.value as { id: string }[]) : [];
    expect(new Set(boards.map(({ id }) => id)).size).toBe(602);
    expect(bed.exchanges.filter(({ request }) => request.url.includes('/v5/boards?'))).toHaveLength(3);
  });

  it('are not made up when Pinterest does not answer, in the middle of them or at all', async () => {
    const mia = await bed.connectByOAuth('many_mia');
    await bed.fault('other', { kind: 'refuse', error: 'rate_limit' });
    expect(await read(mia)).toMatchObject({ kind: 'refused', category: 'rate_limited' });
    const context = bed.context();
    const breaking = { ...context, http: { send: (request: Parameters<typeof context.http.send>[0]) => (request.url.includes('bookmark=') ? Promise.resolve({ kind: 'unknown', reason: 'reset' } as const) : context.http.send(request)) } };
    expect(await readings['boards']?.(breaking, mia)).toMatchObject({ kind: 'refused', category: 'transient' });
  });

  it('do not go on for ever', async () => {
    const body = Buffer.from(JSON.stringify({ items: [], bookmark: 'again' }));
    const send = async () => ({ kind: 'response', status: 200, headers: {}, body }) as const;
    expect(await readings['boards']?.({ ...bed.context(), http: { send } }, jane)).toMatchObject({ kind: 'refused', category: 'platform_error', code: 'endless' });
  });
});

describe('figures', () => {
  const publishedBy = async (example: Example): Promise<{ platformPostId: string; publishedAtMs: number }> => {
    const publishedAtMs = bed.nowMs;
    const ended = await bed.publish(jane, { ...example, options: { boardId } });
    return { platformPostId: ended.kind === 'published' ? (ended.parts[0]?.platformPostId ?? '') : '', publishedAtMs };
  };
  const metricsOf = async (post: { platformPostId: string; publishedAtMs: number }) => {
    const reading = await pinterest.analytics.read(bed.context(), jane, [post]);
    return reading.kind === 'metrics' ? reading.posts[post.platformPostId] : reading;
  };
  const queryOf = (): URLSearchParams => new URL(bed.exchanges.at(-1)?.request.url ?? '').searchParams;

  it('are the sum of all days, and null where Pinterest counts nothing', async () => {
    const post = await publishedBy({ text: 'x', media: [picture()] });
    await bed.pass(10 * DAY_MS);
    const credential = toCredential({ ...jane.grant });
    jane = { ...jane, credential };
    expect(await metricsOf(post)).toEqual({ impressions: 240, reach: null, likes: 12, comments: 10, shares: null, saves: 21, clicks: 37, views: null });
    const query = queryOf();
    expect([query.get('start_date'), query.get('end_date')]).toEqual(['2026-11-21', '2026-12-02']);
    expect(query.get('metric_types')).not.toContain('VIDEO');
  });

  it('of a video have its views', async () => {
    expect(await metricsOf(await publishedBy({ text: 'x', media: [video()] }))).toMatchObject({ impressions: 240, views: 19 });
  });

  it('of a pin that is older than the days reach are those of its whole life', async () => {
    const post = await publishedBy({ text: 'x', media: [picture()] });
    const long = { ...post, publishedAtMs: bed.nowMs - 90 * DAY_MS };
    expect(await metricsOf(long)).toEqual({ impressions: 4, reach: null, likes: 10, comments: 2, shares: null, saves: null, clicks: 8, views: null });
    expect(queryOf().get('pin_metrics')).toBe('true');
    expect(await metricsOf({ ...post, publishedAtMs: bed.nowMs - 88 * DAY_MS })).toMatchObject({ impressions: 240 });
  });

  it.each([
    ['pin_not_found', undefined],
    ['board_of_somebody_else', undefined],
    ['rate_limit', { kind: 'refused', category: 'rate_limited' }],
    ['scope_missing', { kind: 'refused', category: 'scope_missing' }],
  ])('of a pin that is answered with %s', async (error, expected) => {
    const post = await publishedBy({ text: 'x', media: [picture()] });
    await bed.fault('analytics', { kind: 'refuse', error });
    const read = expect(await metricsOf(post));
    return expected === undefined ? read.toBeUndefined() : read.toMatchObject(expected);
  });
});

it('has the budgets of Standard access, a minute and account each', () => {
  expect(manifest.budgets).toEqual([
    { unit: 'org_write calls', of: 'account', max: 100, window: { kind: 'rolling', ms: 60_000 }, cost: expect.any(Function) },
    { unit: 'org_read calls', of: 'account', max: 1000, window: { kind: 'rolling', ms: 60_000 }, cost: expect.any(Function) },
  ]);
  expect(manifest.budgets?.map((budget) => plainCost(budget))).toEqual([2, 5]);
});
