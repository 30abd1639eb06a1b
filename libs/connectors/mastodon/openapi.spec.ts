import { readFileSync } from 'node:fs';
import { bodyJson } from '../kit/index.ts';
import { mediaFile, Testbed } from '../kit/testbed.spec-support.ts';
import { loadOpenApi } from '../../testing/src/openapi/index.ts';
import { mastodon } from './index.ts';
import { mastodon as scenario } from './scenario.spec-support.ts';
import { mastodonSimulator } from './simulator.ts';

type Json = Record<string, unknown>;
const isObject = (node: unknown): node is Json => typeof node === 'object' && node !== null && !Array.isArray(node);

/**
 * What the document leaves out of the documentation that it is made from: the error's shape beside several statuses, and that text may
 * stand beside media or a poll, which its `oneOf` forbids.
 */
function completed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(completed);
  if (!isObject(node)) return node;
  const { oneOf, ...rest } = node;
  const walked = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, name === 'application/json' && isObject(value) && value['schema'] === undefined ? { schema: { $ref: '#/components/schemas/Error' } } : completed(value)]));
  return oneOf === undefined ? walked : { ...walked, anyOf: completed(oneOf) };
}

const openApi = loadOpenApi(completed(JSON.parse(readFileSync(new URL('../../testing/src/openapi/mastodon-4.7.0.trimmed.json', import.meta.url), 'utf8'))));
/** Neither the call that tells a token's scopes nor any 403 or 413 stands in the document; a 206 has the file as its body all the same, and revoking an empty object. */
const UNDECLARED = [/apps\/verify_credentials is not declared$/, / 4(03|13): status 4\d\d is not declared$/, /(media\/\d+ 206|revoke 200): there is a body, but none is declared$/];
/** Validation errors have `details` when an account is made, only. */
const CONFLICTS = ["/ must have required property 'details'"];

let bed: Testbed;
beforeEach(async () => {
  bed = await Testbed.open(mastodon, mastodonSimulator);
});
afterEach(() => bed.close());

function problems(): string[] {
  return bed.exchanges.flatMap(({ request, outcome }) => {
    if (outcome.kind !== 'response') return [];
    const path = new URL(request.url).pathname.replace(/^\/mastodon\/instance/, '');
    const isForm = request.headers?.['content-type']?.startsWith('multipart/') === true;
    const asked = isForm || request.body === undefined ? [] : openApi.request(request.method, path, JSON.parse(String(request.body)));
    const body = outcome.body.byteLength === 0 ? undefined : bodyJson(outcome);
    const answered = openApi.response(request.method, path, outcome.status, body).filter((problem) => !CONFLICTS.includes(problem));
    return [...asked, ...answered].map((problem) => `${request.method} ${path} ${outcome.status}: ${problem}`).filter((problem) => !UNDECLARED.some((known) => known.test(problem)));
  });
}

describe('the OpenAPI document of Mastodon', () => {
  it('holds for connecting, by a token and by consent', async () => {
    const { oauth } = mastodon;
    await oauth.instances?.register(bed.context(), { name: 'Plaza', website: 'https://plaza.example', redirectUri: 'https://plaza.example/callback', scopes: ['read'] });
    await bed.connectWith(scenario.credentials?.good ?? {});
    await bed.tryCredential(scenario.credentials?.bad ?? {});
    const connected = await bed.connectByOAuth('bob');
    await bed.exchange('made-up');
    await bed.revoke(connected);
    expect(bed.exchanges.length).toBeGreaterThanOrEqual(10);
    expect(problems()).toEqual([]);
  });
  it('holds for every kind of post and every refusal, counting and deleting', async () => {
    const connected = await bed.connectWith(scenario.credentials?.good ?? {});
    for (const example of Object.values(scenario.examples())) expect(await bed.publish(connected, example)).toMatchObject({ kind: 'published' });
    for (const refusal of mastodonRefusals()) {
      await bed.fault('publish', { kind: 'refuse', error: refusal });
      expect(await bed.publish(connected, { text: 'x' })).toMatchObject({ kind: 'refused' });
    }
    const publication = await bed.prepare(bed.publication(connected, { text: 'looked for', media: [mediaFile({ type: 'image' })] }));
    if ('kind' in publication) throw new Error(publication.message);
    await bed.lookup(publication);
    await bed.lookup({ ...publication, media: [], content: { ...publication.content, text: 'First' }, checkpoint: { after: '', media: [] } });
    const ids = (await bed.ledger()).map(({ postId }) => postId);
    await bed.analytics(connected, ids.slice(0, 5));
    for (const id of [ids[0] ?? '', '1']) await bed.remove(connected, id);
    expect(bed.exchanges.length).toBeGreaterThan(60);
    expect(problems()).toEqual([]);
  });
  it('has teeth: a surplus type is a problem', () => {
    expect(openApi.request('POST', '/api/v1/statuses', { status: 1 })).not.toEqual([]);
    expect(openApi.response('POST', '/api/v1/statuses', 200, { id: '1' })).not.toEqual([]);
    expect(openApi.response('POST', '/api/v1/statuses', 422, {})).not.toEqual([]);
  });
});

const mastodonRefusals = (): readonly string[] => mastodonSimulator({ table: () => new Map(), now: () => 0, random: () => '', record: () => undefined, forget: () => undefined, fetch: () => Promise.resolve(undefined), origin: () => '' }).refusals;
