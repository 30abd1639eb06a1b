import { readFileSync } from 'node:fs';
import { secretText, CLIENT, mediaFile, Testbed, toCredential } from '../kit/testbed.spec-support.ts';
import { loadOpenApi } from '../../testing/src/openapi/index.ts';
import { pinterest } from './index.ts';
import { manifest } from './manifest.ts';
import { pinterest as scenario } from './scenario.spec-support.ts';
import { bytesOf, jsonAnswered } from './sent.spec-support.ts';
import { pinterestSimulator } from './simulator.ts';
import { boardIdOf, sectionIdOf } from './simulator/world.ts';

type Json = Record<string, unknown>;
const isObject = (node: unknown): node is Json => typeof node === 'object' && node !== null && !Array.isArray(node);

/** The document tells the variants of the token's request and answer by a discriminator alone, which validators pass over. */
function completed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(completed);
  if (!isObject(node)) return node;
  const walked = Object.fromEntries(Object.entries(node).map(([name, value]) => [name, completed(value)]));
  const { discriminator, oneOf } = node;
  if (!isObject(discriminator) || !isObject(discriminator['mapping']) || oneOf !== undefined) return walked;
  return { ...walked, anyOf: Object.values(discriminator['mapping']).map(($ref) => ({ $ref })) };
}

const FILE = new URL('../../testing/src/openapi/pinterest-5.23.0.trimmed.json', import.meta.url);
const document = JSON.parse(readFileSync(FILE, 'utf8')) as {
  paths: Record<string, Record<string, { parameters?: { $ref: string }[]; security: Record<string, string[]>[]; 'x-ratelimit-category': string }>>;
  components: { parameters: Record<string, { name: string; in: string; required?: boolean; schema: Json }> };
};
const openApi = loadOpenApi(completed(document));

/** Real answers date pins without a zone. */
const CONFLICTS = [/created_at must match format "date-time"$/];

const operationOf = (method: string, path: string) => {
  const template = Object.keys(document.paths).find((candidate) => new RegExp(`^${candidate.replaceAll(/\{\w+\}/g, '\\d+')}$`).test(path)) ?? '';
  return document.paths[template]?.[method.toLowerCase()];
};

/** What the document says of a query: its names, and those that have to be there. */
function queryProblems(method: string, url: URL, path: string): string[] {
  const parameters = (operationOf(method, path)?.parameters ?? []).map(({ $ref }) => document.components.parameters[$ref.split('/').at(-1) ?? '']).filter((parameter) => parameter?.in === 'query');
  const names = [...url.searchParams.keys()];
  const unknown = names.filter((name) => !parameters.some((parameter) => parameter?.name === name));
  const missing = parameters.filter((parameter) => parameter?.required === true && !names.includes(parameter.name)).map((parameter) => parameter?.name);
  const wrong = parameters.filter((parameter) => {
    const value = url.searchParams.get(parameter?.name ?? '');
    const { enum: values, maximum, format } = parameter?.schema ?? {};
    if (value === null) return false;
    return (Array.isArray(values) && !values.includes(value)) || (typeof maximum === 'number' && Number(value) > maximum) || (format === 'date' && !/^\d{4}-\d\d-\d\d$/.test(value));
  });
  return [...unknown.map((name) => `${name} is not declared`), ...missing.map((name) => `${name} is missing`), ...wrong.map((parameter) => `${parameter?.name} is wrong`)];
}

let bed: Testbed;
beforeEach(async () => {
  bed = await Testbed.open(pinterest, pinterestSimulator);
});
afterEach(() => bed.close());

async function problems(): Promise<string[]> {
  const found: string[] = [];
  for (const { request, outcome } of bed.exchanges) {
    const url = new URL(request.url);
    const path = url.pathname.replace(/^\/pinterest\/api\/v5/, '');
    if (outcome.kind !== 'response' || !url.pathname.startsWith('/pinterest/api/')) continue;
    const text = (await bytesOf(request)).toString('utf8');
    const contentType = request.headers?.['content-type'];
    const body = contentType === 'application/json' ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text));
    const asked = openApi.request(request.method, path, text === '' ? undefined : body, contentType);
    const answered = openApi.response(request.method, path, outcome.status, outcome.body.byteLength === 0 ? undefined : jsonAnswered(outcome));
    const all = [...asked, ...answered, ...queryProblems(request.method, url, path)].filter((problem) => !CONFLICTS.some((known) => known.test(problem)));
    found.push(...all.map((problem) => `${request.method} ${path} ${outcome.status}: ${problem}`));
  }
  return found;
}

describe('the OpenAPI document of Pinterest', () => {
  it('holds for connecting and the boards', async () => {
    const connected = await bed.connectByOAuth('many_mia');
    await bed.connectByOAuth('business_bob');
    await bed.exchange('made-up');
    await bed.refresh(connected);
    await bed.refresh(connected);
    await pinterest.oauth.verifyApp?.(bed.context(), CLIENT);
    await pinterest.oauth.verifyApp?.(bed.context(), { clientId: 'other', clientSecret: secretText('wrong') });
    const renewed = await bed.connectByOAuth('many_mia');
    await pinterest.readings['boards']?.(bed.context(), renewed);
    expect(bed.exchanges.length).toBeGreaterThanOrEqual(12);
    expect(await problems()).toEqual([]);
  });

  it('holds for every kind of pin and every refusal, look-ups, figures and deleting', async () => {
    const connected = await bed.connectByOAuth();
    for (const example of Object.values(scenario.examples())) expect(await bed.publish(connected, example)).toMatchObject({ kind: 'published' });
    const boardId = boardIdOf('sandbox_user', 0);
    const all = { boardId, boardSectionId: sectionIdOf('sandbox_user', 0), title: 'T', link: 'https://l.example/', altText: 'A', dominantColor: '#6E7874', aiModified: true };
    const picture = () => mediaFile({ type: 'image' });
    const section = await bed.prepare(bed.publication(connected, { text: 'all', media: [picture()], options: all }));
    if ('kind' in section) throw new Error(section.message);
    expect(await bed.publishPart(section)).toMatchObject({ kind: 'published' });
    await bed.lookup(section);
    const carousel = { boardId, carouselItems: [{ title: 'T', description: 'D', link: 'https://l.example/' }], carouselIndex: 1 };
    await bed.publish(connected, { text: 'several', media: [picture(), picture()], options: carousel });
    const large = () => mediaFile({ type: 'image', sizeBytes: 11 * 1024 * 1024 });
    await bed.publish(connected, { text: 'large', media: [large(), large()], options: carousel });
    for (const refusal of refusals) {
      await bed.fault('publish', { kind: 'refuse', error: refusal });
      expect(await bed.publish(connected, { text: 'x', media: [picture()], options: { boardId } })).toMatchObject({ kind: 'refused' });
    }
    const ids = (await bed.ledger()).map(({ postId }) => postId);
    expect(ids).toHaveLength(9);
    await bed.analytics(connected, [...ids, '100000000000000001']);
    for (const id of [ids[0] ?? '', '100000000000000001']) await bed.remove(connected, id);
    await bed.analytics({ ...connected, credential: toCredential({ accessToken: 'pina_none' }) }, ids.slice(0, 1));
    expect(bed.exchanges.length).toBeGreaterThan(60);
    expect(await problems()).toEqual([]);
  }, 30_000);

  it('gives each capability the scopes that its calls take', () => {
    const { publish, analytics = [], delete: deleting = [] } = manifest.auth.oauth?.scopes ?? { publish: [] };
    const needed = (method: string, path: string): readonly string[] => operationOf(method, path)?.security.flatMap((way) => way['pinterest_oauth2'] ?? []) ?? [];
    const calls = { publish: [['POST', '/pins'], ['POST', '/media'], ['GET', '/media/1'], ['GET', '/boards'], ['GET', '/boards/1/pins'], ['GET', '/boards/1/sections/1/pins'], ['GET', '/user_account']] };
    const all = calls.publish.flatMap(([method = '', path = '']) => needed(method, path));
    expect([...new Set(all)].toSorted()).toEqual([...publish].toSorted());
    expect(needed('GET', '/pins/1/analytics')).toEqual(analytics);
    expect(needed('GET', '/pins/1')).toEqual(analytics);
    expect(needed('DELETE', '/pins/1')).toEqual(deleting);
  });

  it('counts its calls in the categories that have budgets', () => {
    const category = (method: string, path: string): string | undefined => operationOf(method, path)?.['x-ratelimit-category'];
    expect([category('POST', '/pins'), category('POST', '/media')]).toEqual(['org_write', 'org_write']);
    expect([category('GET', '/media/1'), category('GET', '/boards/1/pins')]).toEqual(['org_read', 'org_read']);
    expect(manifest.budgets?.map(({ unit }) => unit.split(' ')[0])).toEqual(['org_write', 'org_read']);
  });

  it('has teeth', () => {
    const source = { source_type: 'image_base64', content_type: 'image/jpeg', data: 'aaaa' };
    const pin = { board_id: '1', title: 'T', media_source: source };
    expect(openApi.request('POST', '/pins', pin)).toEqual([]);
    for (const wrong of [{ ...pin, board_id: 'x' }, { ...pin, title: 'T'.repeat(101) }, { ...pin, media_source: { ...source, content_type: 'image/gif' } }, { ...pin, media_source: { ...source, source_type: 'image_bytes' } }])
      expect(openApi.request('POST', '/pins', wrong)).not.toEqual([]);
    const form = 'application/x-www-form-urlencoded';
    expect(openApi.request('POST', '/oauth/token', { grant_type: 'authorization_code', code: 'c' }, form)).not.toEqual([]);
    expect(openApi.response('POST', '/pins', 201, { id: 'x' })).not.toEqual([]);
    expect(openApi.response('POST', '/pins', 403, { code: 'x' })).not.toEqual([]);
    expect(openApi.response('POST', '/oauth/token', 200, { access_token: 'a', token_type: 'bearer', expires_in: 1, scope: '', response_type: 'x' })).not.toEqual([]);
  });
});

const { refusals } = pinterestSimulator({ table: () => new Map(), now: () => 0, random: () => '', record: () => undefined, forget: () => undefined, fetch: () => Promise.resolve(undefined), origin: () => '' });
