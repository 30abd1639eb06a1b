import { checkContent, plainCost, type MediaFile, type Publication } from '../kit/index.ts';
import { CLIENT, mediaFile, Testbed, toCredential, type Connected, type Example } from '../kit/testbed.spec-support.ts';
import { linkedin } from './index.ts';
import { linkedinSimulator } from './simulator.ts';

const { publish, manifest } = linkedin;
const DAY_MS = 24 * 3_600_000;

let bed: Testbed;
let member: Connected;
let company: Connected;
beforeEach(async () => {
  bed = await Testbed.open(linkedin, linkedinSimulator);
  member = await bed.connectByOAuth('jane');
  company = await bed.connectByOAuth('pages_jane', { choose: ({ metadata }) => metadata['type'] === 'organization' });
});
afterEach(() => bed.close());

const picture = (more = {}) => mediaFile({ type: 'image', ...more });
const video = (more = {}) => mediaFile({ type: 'video', sizeBytes: 80_000, ...more });
const authorOf = ({ account }: Connected): unknown => account.metadata['urn'];

const publishAs = async (connected: Connected, example: Example): Promise<string[]> => {
  const ended = await bed.publish(connected, example);
  if (ended.kind !== 'published') throw new Error(JSON.stringify(ended));
  return ended.parts.map(({ platformPostId }) => platformPostId);
};
const bodies = (): unknown[] => bed.visibleRequests().map(({ body }) => JSON.parse(String(body)) as unknown);
const contentOf = async (example: Example): Promise<unknown> => {
  await publishAs(company, example);
  return (bodies().at(-1) as { content?: unknown }).content;
};
/** The path with its query as it goes over the wire. */
const pathOf = (url: string): string => url.replace(/^.*\/linkedin\/(?:api|web)/, '');

describe('connecting', () => {
  const offered = async (account: string, scopes?: readonly string[]) => {
    const grant = await bed.exchange((await bed.consent(account, scopes === undefined ? {} : { scopes })).get('code') ?? '');
    if (!grant.ok) throw new Error('not connected');
    return linkedin.oauth.accounts(bed.context(), { client: CLIENT, credential: toCredential(grant.value) });
  };

  it('asks with LinkedIn’s names', () => {
    const url = new URL(linkedin.oauth.authorizeUrl({ hosts: manifest.hosts, clientId: 'app', redirectUri: 'https://plaza.example/cb', scopes: ['openid', 'w_member_social'], state: 's' }));
    expect(`${url.origin}${url.pathname}`).toBe('https://www.linkedin.com/oauth/v2/authorization');
    expect(Object.fromEntries(url.searchParams)).toEqual({ response_type: 'code', client_id: 'app', redirect_uri: 'https://plaza.example/cb', state: 's', scope: 'openid w_member_social' });
  });

  it('sends the app’s secret in the body, and reads scopes with commas', async () => {
    const grant = await bed.exchange((await bed.consent()).get('code') ?? '');
    const [{ request } = { request: { url: '', headers: {}, body: '' } }] = bed.exchanges.slice(-1);
    expect(pathOf(request.url)).toBe('/oauth/v2/accessToken');
    expect(request.headers).not.toHaveProperty('authorization');
    expect(Object.fromEntries(new URLSearchParams(String(request.body)))).toMatchObject({ grant_type: 'authorization_code', client_id: 'my app', client_secret: 's3cret&' });
    expect(grant).toMatchObject({
      ok: true,
      value: { accessExpiresAtMs: bed.nowMs + 60 * DAY_MS, refreshExpiresAtMs: bed.nowMs + 365 * DAY_MS, scopes: expect.arrayContaining(['openid', 'w_organization_social']) },
    });
  });

  it('offers the member and every organization as which it may post, with names and pictures', async () => {
    const accounts = await offered('pages_jane');
    const value = accounts.ok ? accounts.value : [];
    expect(value.map(({ type, profile }) => [type, profile.displayName, profile.username])).toEqual([
      ['person', 'pages_jane', null],
      ['organization', 'Company 1 of pages_jane', 'pages-jane-1'],
      ['organization', 'Company 2 of pages_jane', 'pages-jane-2'],
    ]);
    expect(value[1]?.profile).toMatchObject({ profileUrl: expect.stringMatching(/\/company\/pages-jane-1$/), imageUrl: expect.stringMatching(/^https:/), metadata: { urn: `urn:li:organization:${value[1]?.profile.platformUserId}` } });
    const [acls, organizations] = bed.exchanges.slice(-3).map(({ request }) => request);
    expect(acls?.headers).toMatchObject({ 'linkedin-version': '202609', 'x-restli-protocol-version': '2.0.0', 'x-restli-method': 'FINDER' });
    expect(pathOf(organizations?.url ?? '')).toMatch(/^\/rest\/organizations\?ids=List\(\d+,\d+\)$/);
  });

  it('offers all organizations of a chain, over every page of the answer', async () => {
    const accounts = await offered('chain_jane');
    expect(new Set(accounts.ok ? accounts.value.map(({ profile }) => profile.platformUserId) : []).size).toBe(131);
  });

  it('offers nothing as which it may not post', async () => {
    const analyst = await offered('analyst_jane');
    expect(analyst.ok ? analyst.value.map(({ type }) => type) : []).toEqual(['person']);
    const before = bed.exchanges.length;
    const self = await offered('pages_jane', ['openid', 'profile', 'w_member_social']);
    expect(self.ok ? self.value.map(({ type }) => type) : []).toEqual(['person']);
    expect(bed.exchanges.slice(before).some(({ request }) => request.url.includes('/organizationAcls'))).toBe(false);
    const readers = await offered('pages_jane', ['openid', 'profile', 'w_member_social', 'rw_organization_admin', 'r_organization_social']);
    expect(readers.ok ? readers.value.map(({ type }) => type) : []).toEqual(['person']);
    const organizations = await offered('pages_jane', ['openid', 'profile', 'rw_organization_admin', 'w_organization_social']);
    expect(organizations.ok ? organizations.value.map(({ type }) => type) : []).toEqual(['organization', 'organization']);
    expect(await offered('pages_jane', ['openid', 'profile'])).toMatchObject({ ok: false, failure: { kind: 'unsupported_account' } });
  });

  it('is connected without a picture rather than not at all', async () => {
    const grant = await bed.exchange((await bed.consent('pages_jane')).get('code') ?? '');
    if (!grant.ok) throw new Error('not connected');
    const context = bed.context();
    const http: typeof context.http = { send: (request) => (request.url.includes('/images?') ? Promise.resolve({ kind: 'unknown', reason: 'reset' }) : context.http.send(request)) };
    const accounts = await linkedin.oauth.accounts({ ...context, http }, { client: CLIENT, credential: toCredential(grant.value) });
    expect(accounts.ok ? accounts.value.map(({ profile }) => profile.imageUrl === null) : []).toEqual([false, true, true]);
  });

  it('is told that an app lacks the product', async () => {
    const client = { ...CLIENT, clientId: 'selfserve app' };
    const url = linkedin.oauth.authorizeUrl({ hosts: bed.context().hosts, clientId: client.clientId, redirectUri: 'https://plaza.example/callback', scopes: ['openid', 'w_organization_social'], state: 's' });
    const back = (await fetch(url, { redirect: 'manual' })).headers.get('location') ?? '';
    expect(new URL(back).searchParams.get('error')).toBe('unauthorized_scope_error');
  });

  it('gets no refresh token as an app for members, and keeps the one it has when it is an approved one', async () => {
    const self = await bed.connectByOAuth('jane', { login: 'member', scopes: manifest.auth.oauth?.logins?.['member']?.scopes.publish ?? [] });
    expect(self.grant).not.toHaveProperty('refreshToken');
    expect(self.grant).not.toHaveProperty('refreshExpiresAtMs');
    await bed.pass(100 * DAY_MS);
    expect(await bed.refresh(company)).toMatchObject({ kind: 'granted', grant: { refreshToken: company.grant.refreshToken, refreshExpiresAtMs: company.grant.refreshExpiresAtMs } });
    await bed.pass(266 * DAY_MS);
    expect(await bed.refresh(company)).toMatchObject({ kind: 'reconnect', reason: 'refresh_rejected' });
  });
});

describe('posts', () => {
  it('are one call with the version, and their URN comes in a header', async () => {
    const [urn] = await publishAs(member, { text: 'Hello (world) #news' });
    const [request] = bed.visibleRequests();
    expect(pathOf(request?.url ?? '')).toBe('/rest/posts');
    expect(request?.headers).toMatchObject({ 'linkedin-version': '202609', 'x-restli-protocol-version': '2.0.0', 'content-type': 'application/json' });
    expect(bodies()).toEqual([
      {
        author: authorOf(member),
        commentary: 'Hello \\(world\\) {hashtag|\\#|news}',
        visibility: 'PUBLIC',
        distribution: { feedDistribution: 'MAIN_FEED', targetEntities: [], thirdPartyDistributionChannels: [] },
        lifecycleState: 'PUBLISHED',
        isReshareDisabledByAuthor: false,
      },
    ]);
    expect(await bed.ledger()).toMatchObject([{ accountId: member.account.platformUserId, postId: urn, text: 'Hello (world) #news' }]);
  });

  it('say who sees them and that nobody may reshare them', async () => {
    await publishAs(member, { text: 'For friends', options: { visibility: 'CONNECTIONS', disableReshare: true } });
    expect(bodies()).toMatchObject([{ visibility: 'CONNECTIONS', isReshareDisabledByAuthor: true }]);
  });

  it('of organizations are not for connections, which is told before anything is scheduled', () => {
    const friends = { text: 'For friends', options: { visibility: 'CONNECTIONS' } };
    const violations = (type: string) => checkContent(manifest, friends, [], { login: null, scopes: [], metadata: { type } });
    expect(violations('person')).toEqual([]);
    expect(violations('organization')).toEqual([{ rule: 'option_invalid', message: 'An organization has no connections.', path: 'platformSpecificData.visibility' }]);
  });

  it('have the content of their kind', async () => {
    const altText = ['', 'Second'];
    expect(await contentOf({ text: 'One', media: [picture()], options: { altText: ['Alone'] } })).toEqual({ media: { id: expect.stringMatching(/^urn:li:image:/), altText: 'Alone' } });
    expect(await contentOf({ text: 'Two', media: [picture(), picture()], options: { altText } })).toEqual({
      multiImage: { images: [{ id: expect.stringMatching(/^urn:li:image:/) }, { id: expect.stringMatching(/^urn:li:image:/), altText: 'Second' }] },
    });
    expect(await contentOf({ text: 'D', media: [mediaFile({ type: 'document' })], options: { documentTitle: 'Title' } })).toEqual({ media: { id: expect.stringMatching(/^urn:li:document:/), title: 'Title' } });
    expect(await contentOf({ text: 'V', media: [video()] })).toEqual({ media: { id: expect.stringMatching(/^urn:li:video:/) } });
    expect(await contentOf({ text: 'L', options: { articleUrl: 'https://www.news.example/a' } })).toEqual({ article: { source: 'https://www.news.example/a', title: 'news.example' } });
    const poll = { question: 'Which?', options: ['One', 'Two'] };
    expect(await contentOf({ text: 'P', options: { poll } })).toEqual({ poll: { question: 'Which?', options: [{ text: 'One' }, { text: 'Two' }], settings: { duration: 'THREE_DAYS' } } });
  });

  it('show a link with title, description and picture', async () => {
    const thumbnail = picture();
    const options = { articleUrl: 'https://news.example/a', articleTitle: 'T', articleDescription: 'D', articleThumbnailUrl: thumbnail.url };
    const attachments = { 'platformSpecificData.articleThumbnailUrl': thumbnail };
    expect(await contentOf({ text: 'L', options, attachments })).toEqual({ article: { source: 'https://news.example/a', title: 'T', description: 'D', thumbnail: expect.stringMatching(/^urn:li:image:/) } });
  });

  it('are followed by a comment, whose text is plain', async () => {
    const [urn = '', comment = ''] = await publishAs(company, { text: 'Post', options: { firstComment: 'A (comment)' } });
    expect(pathOf(bed.visibleRequests()[1]?.url ?? '')).toBe(`/rest/socialActions/${encodeURIComponent(urn)}/comments`);
    expect(bodies()[1]).toEqual({ actor: authorOf(company), object: urn, message: { text: 'A (comment)' } });
    expect(comment).toMatch(/^urn:li:comment:\(urn:li:activity:\d+,\d+\)$/);
    expect(publish.following?.({ text: '', options: { firstComment: 'C' } })).toEqual([{ text: 'C', isOptional: true }]);
  });

  it('are deleted by their URN, and comments by theirs', async () => {
    const [urn = '', comment = ''] = await publishAs(company, { text: 'Post', options: { firstComment: 'Comment' } });
    expect(await bed.remove(company, comment)).toEqual({ kind: 'deleted' });
    expect(pathOf(bed.exchanges.at(-1)?.request.url ?? '')).toMatch(/^\/rest\/socialActions\/urn%3Ali%3Aactivity%3A\d+\/comments\/\d+\?actor=urn%3Ali%3Aorganization%3A\d+$/);
    expect(await bed.remove(company, comment)).toEqual({ kind: 'deleted' });
    expect(await bed.remove(company, urn)).toEqual({ kind: 'deleted' });
    expect(bed.exchanges.at(-1)?.request).toMatchObject({ method: 'DELETE', headers: { 'x-restli-method': 'DELETE' } });
    expect((await bed.ledger()).map(({ deleted }) => deleted)).toEqual([true, true]);
    await bed.fault('delete', { kind: 'refuse', error: 'access_denied' });
    expect(await bed.remove(company, urn)).toMatchObject({ kind: 'refused', category: 'scope_missing' });
  });

  it('are refused a second time within a while, with the URN of the first', async () => {
    const [urn = ''] = await publishAs(company, { text: 'Twice' });
    expect(await bed.publish(company, { text: 'Twice' })).toMatchObject({ kind: 'refused', category: 'duplicate', message: expect.stringContaining(urn) });
    expect(await bed.ledger()).toHaveLength(1);
  });
});

describe('an outcome that is not known', () => {
  const lost = async (connected: Connected, example: Example, kind: 'drop_before' | 'drop_after', more: Partial<Publication> = {}): Promise<Publication> => {
    const ready = await bed.prepare(bed.publication(connected, example, more));
    if ('kind' in ready) throw new Error(ready.message);
    await bed.fault('publish', { kind });
    expect(await publish.submit(bed.context(), ready)).toMatchObject({ kind: 'unknown' });
    return ready;
  };
  const EXAMPLES: readonly (readonly [string, () => Example])[] = [
    ['a text with mark-up', () => ({ text: 'Hi (there) #tag @Acme', options: { mentions: [{ text: 'Acme', urn: 'urn:li:organization:1' }] } })],
    ['pictures', () => ({ text: '', media: [picture(), picture()] })],
    ['a video', () => ({ text: 'V', media: [video()] })],
    ['a link', () => ({ text: '', options: { articleUrl: 'https://news.example/a' } })],
    ['a poll', () => ({ text: '', options: { poll: { question: 'Which?', options: ['One', 'Two'] } } })],
  ];

  it.each(EXAMPLES)('is settled for an organization: %s', async (_name, example) => {
    const never = await lost(company, example(), 'drop_before');
    expect(await bed.lookup(never)).toEqual({ kind: 'absent' });
    const out = await lost(company, example(), 'drop_after');
    expect(await bed.lookup(out)).toMatchObject({ kind: 'published', platformPostId: (await bed.ledger())[0]?.postId });
  });

  it('is settled for a comment', async () => {
    const [postUrn = ''] = await publishAs(company, { text: 'Post' });
    const before = [{ platformPostId: postUrn, platformPostUrl: null }];
    expect(await bed.lookup(await lost(company, { text: 'Comment' }, 'drop_before', { before }))).toEqual({ kind: 'absent' });
    expect(await bed.lookup(await lost(company, { text: 'Comment' }, 'drop_after', { before }))).toMatchObject({ kind: 'published', platformPostId: (await bed.ledger())[1]?.postId });
  });

  it('takes no older comment of the same words, and none of somebody else', async () => {
    const [postUrn = ''] = await publishAs(company, { text: 'Post' });
    const before = [{ platformPostId: postUrn, platformPostUrl: null }];
    const person = await bed.connectByOAuth('pages_jane');
    await bed.publishPart(bed.publication(company, { text: 'Comment' }, { before }));
    await bed.pass(11 * 60_000);
    await bed.publishPart(bed.publication(person, { text: 'Comment' }, { before }));
    expect(await bed.ledger()).toHaveLength(3);
    expect(await bed.lookup(await lost(company, { text: 'Comment' }, 'drop_before', { before }))).toEqual({ kind: 'absent' });
  });

  it('takes no older post of the same words, none of other words, pictures, links or questions', async () => {
    await publishAs(company, { text: 'Same' });
    await bed.pass(11 * 60_000);
    const never = await lost(company, { text: 'Same' }, 'drop_before');
    await publishAs(company, { text: 'Other' });
    await publishAs(company, { text: 'Same', media: [picture()] });
    await publishAs(company, { text: 'Same', options: { articleUrl: 'https://news.example/b' } });
    await publishAs(company, { text: 'Same', options: { poll: { question: 'Which?', options: ['One', 'Two'] } } });
    expect(await bed.lookup(never)).toEqual({ kind: 'absent' });
    expect(await bed.lookup(await lost(company, { text: 'Same', media: [picture()] }, 'drop_before'))).toEqual({ kind: 'absent' });
  });

  it('is settled although much was published since', async () => {
    const out = await lost(company, { text: 'Then' }, 'drop_after');
    const atMs = bed.nowMs;
    for (let count = 0; count < 101; count += 1) await publish.submit(bed.context(), bed.publication(company, { text: `Since ${count}` }));
    expect(await bed.lookup(out, atMs)).toMatchObject({ kind: 'published', platformPostId: (await bed.ledger())[0]?.postId });
  });

  it('stays open for a member, of whom nothing may be read: nothing is asked, and nothing assumed', async () => {
    const out = await lost(member, { text: 'Hello' }, 'drop_after');
    const before = bed.exchanges.length;
    expect(await bed.lookup(out)).toMatchObject({ kind: 'inconclusive', isFinal: true, message: expect.stringContaining('members') });
    expect(bed.exchanges.length).toBe(before);
    const blind = await bed.connectByOAuth('pages_jane', { scopes: ['openid', 'profile', 'rw_organization_admin', 'w_organization_social'] });
    expect(await bed.lookup(await lost(blind, { text: 'Hello' }, 'drop_before'))).toMatchObject({ kind: 'inconclusive', message: expect.stringContaining('r_organization_social') });
  });

  it('is settled for a member where LinkedIn allows reading', async () => {
    const scopes = ['openid', 'profile', 'w_member_social', 'r_member_social'];
    const readable = await bed.connectByOAuth('joan', { scopes });
    expect(await bed.lookup(await lost(readable, { text: 'Hello' }, 'drop_after'))).toMatchObject({ kind: 'published' });
  });

  it.each([
    ['another status', { status: 200, headers: { 'x-restli-id': 'urn:li:share:1' } }],
    ['no URN', { status: 201, headers: {} }],
    ['a URN of something else', { status: 201, headers: { 'x-restli-id': 'urn:li:person:1' } }],
  ])('is what an answer with %s leaves', async (_name, more) => {
    const http = { send: async () => ({ kind: 'response', body: new Uint8Array(), ...more }) as const };
    expect(await publish.submit({ ...bed.context(), http }, bed.publication(company, { text: 'A' }))).toMatchObject({ kind: 'unknown' });
  });
});

describe('figures', () => {
  const none = { impressions: null, reach: null, likes: null, comments: null, shares: null, saves: null, clicks: null, views: null };

  it('of organizations come for posts of both kinds, in one call for each', async () => {
    const [share = ''] = await publishAs(company, { text: 'P', options: { firstComment: 'C' } });
    const [ugc = ''] = await publishAs(company, { text: 'V', media: [video()] });
    expect([share, ugc]).toEqual([expect.stringMatching(/^urn:li:share:/), expect.stringMatching(/^urn:li:ugcPost:/)]);
    const before = bed.exchanges.length;
    const counts = { impressions: 120, reach: 90, clicks: 7, likes: 3, shares: 2 };
    expect(await bed.analytics(company, [share, ugc])).toEqual({ kind: 'metrics', posts: { [share]: { ...none, ...counts, comments: 1 }, [ugc]: { ...none, ...counts, comments: 0 } } });
    expect(bed.exchanges.slice(before).map(({ request }) => pathOf(request.url).replaceAll(/\d+/g, '1'))).toEqual([
      '/rest/organizationalEntityShareStatistics?q=organizationalEntity&organizationalEntity=urn%1Ali%1Aorganization%1A1&shares=List(urn%1Ali%1Ashare%1A1)',
      '/rest/organizationalEntityShareStatistics?q=organizationalEntity&organizationalEntity=urn%1Ali%1Aorganization%1A1&ugcPosts=List(urn%1Ali%1AugcPost%1A1)',
    ]);
  });

  it('of members are asked for one by one', async () => {
    const [urn = ''] = await publishAs(member, { text: 'P' });
    expect(await bed.analytics(member, [urn])).toEqual({ kind: 'metrics', posts: { [urn]: { ...none, impressions: 50, reach: 40, likes: 4, comments: 2, shares: 1 } } });
    expect(pathOf(bed.exchanges.at(-1)?.request.url ?? '')).toMatch(/entity=\(share:urn%3Ali%3Ashare%3A\d+\)/);
  });

  it('are not asked for without the permission', async () => {
    const self = await bed.connectByOAuth('jane', { scopes: ['openid', 'profile', 'w_member_social'] });
    const before = bed.exchanges.length;
    expect(await bed.analytics(self, ['urn:li:share:1'])).toMatchObject({ kind: 'refused', category: 'scope_missing', message: expect.stringContaining('r_member_postAnalytics') });
    expect(bed.exchanges.length).toBe(before);
  });
});

describe('limits', () => {
  const rules = (text: string, media: readonly MediaFile[] = [], options = {}) => checkContent(manifest, { text, options }, media).map(({ rule, path }) => `${rule} ${path}`);
  const mention = (text: string) => ({ text, urn: 'urn:li:organization:1' });
  const poll = { question: 'Q', options: ['a', 'b'], duration: 'ONE_DAY' };
  it.each<readonly [string, () => string[], string[]]>([
    ['nothing', () => rules(''), ['text_required content']],
    ['a picture alone', () => rules('', [picture()]), []],
    ['3,000 characters', () => rules('('.repeat(3000)), []],
    ['3,001 characters', () => rules('a'.repeat(3001)), ['text_too_long content']],
    ['21 pictures', () => rules('', Array.from({ length: 21 }, () => picture())), ['too_many_media mediaItems', 'too_many_media mediaItems']],
    ['a video beside a picture', () => rules('', [video(), picture()]), ['media_mix mediaItems']],
    ['a picture of too many pixels', () => rules('', [picture({ width: 6016, height: 6010 })]), ['media_dimensions mediaItems[0]']],
    ['a video under 75 KB', () => rules('', [video({ sizeBytes: 76_799 })]), ['media_too_small mediaItems[0]']],
    ['a video of two seconds', () => rules('', [video({ durationMs: 2000 })]), ['media_duration mediaItems[0]']],
    ['a document without a title', () => rules('', [mediaFile({ type: 'document' })]), ['option_invalid platformSpecificData.documentTitle']],
    ['a title without a document', () => rules('a', [], { documentTitle: 'T' }), ['option_invalid platformSpecificData.documentTitle']],
    ['an alt text of a video', () => rules('a', [video()], { altText: ['T'] }), ['option_invalid platformSpecificData.altText[0]']],
    ['a link beside a picture', () => rules('a', [picture()], { articleUrl: 'https://a.example/' }), ['option_invalid platformSpecificData.articleUrl']],
    ['a card without a link', () => rules('a', [], { articleTitle: 'T' }), ['option_invalid platformSpecificData.articleTitle']],
    ['a poll beside a link', () => rules('a', [], { poll, articleUrl: 'https://a.example/' }), ['option_invalid platformSpecificData.poll']],
    ['a mention', () => rules('Hi Acme', [], { mentions: [mention('Acme')] }), []],
    ['a mention that is not there', () => rules('Hi', [], { mentions: [mention('Acme')] }), ['option_invalid platformSpecificData.mentions[0].text']],
    ['a mention that stands there twice', () => rules('Acme Acme', [], { mentions: [mention('Acme')] }), ['option_invalid platformSpecificData.mentions[0].text']],
    ['mentions that overlap', () => rules('Acme Corp Ltd', [], { mentions: [mention('Acme Corp'), mention('Corp Ltd')] }), ['option_invalid platformSpecificData.mentions[1].text']],
  ])('%s', (_name, actual, expected) => expect(actual()).toEqual(expected));

  it.each([
    { mentions: [{ text: 'Jane', urn: 'urn:li:person:1' }] },
    { mentions: [{ text: 'Jane)', urn: 'urn:li:organization:1)(urn:li:person:2' }] },
    { visibility: 'CONTAINER' },
    { poll: { question: 'Q', options: ['one'] } },
    { firstComment: 'a'.repeat(1251) },
    { unknown: true },
  ])('refuses options: %j', (options) => expect(manifest.options.safeParse(options).success).toBe(false));

  it('counts posts, and no comments, against the limits of the day', () => {
    expect(manifest.budgets?.map((budget) => [budget.of, budget.max, budget.window.kind, plainCost(budget), plainCost(budget, 1)])).toEqual([
      ['account', 150, 'day', 1, 0],
      ['app', 100_000, 'day', 1, 0],
    ]);
  });
});
