import { readFileSync } from 'node:fs';
import { bodyJson, type HttpOutcome, type HttpRequest } from '../kit/index.ts';
import { mediaFile, Testbed } from '../kit/testbed.spec-support.ts';
import { loadDiscovery } from '../../testing/src/discovery/index.ts';
import { youtube } from './index.ts';
import { manifest } from './manifest.ts';
import { youtube as scenario } from './scenario.spec-support.ts';
import { youtubeSimulator } from './simulator.ts';

const discovery = loadDiscovery(JSON.parse(readFileSync(new URL('../../testing/src/discovery/youtube-v3-20260924.trimmed.json', import.meta.url), 'utf8')));

let bed: Testbed;
beforeEach(async () => {
  bed = await Testbed.open(youtube, youtubeSimulator);
});
afterEach(() => bed.close());

const targetOf = (url: string): string | undefined => /\/youtube\/api(\/.*)$/.exec(url)?.[1];

/** Bytes for the address of a session are no method of the document; what they end in is the answer of `videos.insert`. */
function sessionProblems(outcome: HttpOutcome): string[] {
  if (outcome.kind !== 'response' || outcome.status !== 201) return [];
  return discovery.response('POST', '/youtube/v3/videos?part=snippet,status', bodyJson(outcome));
}

function exchangeProblems(request: HttpRequest, outcome: HttpOutcome, target: string): string[] {
  const hasJson = request.headers?.['content-type']?.startsWith('application/json') === true;
  const asked = discovery.request(request.method, target, hasJson ? JSON.parse(String(request.body)) : undefined);
  // Opening a session is answered by an address; and errors do not stand in the document.
  if (outcome.kind !== 'response' || outcome.status >= 300 || target.includes('uploadType=resumable')) return asked;
  return [...asked, ...discovery.response(request.method, target, outcome.body.byteLength === 0 ? undefined : bodyJson(outcome))];
}

function problems(): string[] {
  return bed.exchanges.flatMap(({ request, outcome }) => {
    const target = targetOf(request.url);
    if (target === undefined) return [];
    const found = request.method === 'PUT' ? sessionProblems(outcome) : exchangeProblems(request, outcome, target);
    return found.map((problem) => `${request.method} ${target}: ${problem}`);
  });
}

describe('the discovery document of YouTube', () => {
  it('holds for every request of the connector and every answer of the simulator', async () => {
    await expect(bed.connectByOAuth('nochannel_bob')).rejects.toThrow(/unsupported_account/);
    const connected = await bed.connectByOAuth('channels_user');
    for (const example of Object.values(scenario.examples())) expect(await bed.publish(connected, example)).toMatchObject({ kind: 'published' });
    const all = {
      ...{ title: 'T', tags: ['a'], visibility: 'private', madeForKids: false, containsSyntheticMedia: true, categoryId: '27', playlistId: 'PLmine' },
      ...{ notifySubscribers: false, license: 'creativeCommon', embeddable: false, firstComment: 'First' },
    };
    const ended = await bed.publish(connected, { text: 'x', media: [mediaFile({ type: 'video' })], options: all });
    if (ended.kind !== 'published') throw new Error(ended.kind);
    for (const title of ['Rejected claim', 'Rejected duplicate']) await bed.publish(connected, { text: 'x', media: [mediaFile({ type: 'video' })], options: { title } });
    await bed.publish(connected, { text: 'x', media: [{ ...mediaFile({ type: 'image' }), type: 'video' }] });
    const given = await bed.prepare(bed.publication(connected, { text: 'sought', media: [mediaFile({ type: 'video' })] }));
    if ('kind' in given) throw new Error(given.message);
    await bed.lookup(given);
    await bed.pass(1000);
    await bed.lookup({ ...given, checkpoint: { upload: { query: '?upload_id=expired', offset: 0 } } });
    await bed.lookup({ ...given, before: ended.parts });
    const ids = (await bed.ledger()).map(({ postId }) => postId);
    await bed.analytics(connected, ids);
    for (const id of [ids[0] ?? '', 'AAAAAAAAAAA']) await bed.remove(connected, id);
    const methods = new Set(bed.exchanges.map(({ request }) => `${request.method} ${targetOf(request.url)?.split('?')[0]}`));
    expect([...methods].filter((method) => !method.endsWith('undefined'))).toHaveLength(10);
    expect(problems()).toEqual([]);
  });

  it('gives each capability the scopes that its methods take', () => {
    const { publish = [], comments = [], delete: deleting = [] } = manifest.auth.oauth?.scopes ?? {};
    const takes = (scopes: readonly string[], method: string, target: string): boolean => discovery.scopes(method, target).some((scope) => scopes.includes(scope));
    for (const [method, target] of [['POST', '/upload/youtube/v3/videos'], ['POST', '/upload/youtube/v3/thumbnails/set'], ['GET', '/youtube/v3/videos'], ['GET', '/youtube/v3/playlistItems'], ['GET', '/youtube/v3/channels']] as const)
      expect([target, takes(publish, method, target)]).toEqual([target, true]);
    expect(takes(comments, 'POST', '/youtube/v3/commentThreads') && takes(comments, 'GET', '/youtube/v3/commentThreads')).toBe(true);
    expect(takes(deleting, 'DELETE', '/youtube/v3/videos')).toBe(true);
    expect(takes(publish, 'DELETE', '/youtube/v3/videos') || takes(publish, 'POST', '/youtube/v3/commentThreads')).toBe(false);
  });

  it('has teeth', () => {
    expect(discovery.request('POST', '/upload/youtube/v3/videos?part=snippet', { snippet: { titel: 'x' } })).not.toEqual([]);
    expect(discovery.request('POST', '/upload/youtube/v3/videos', { snippet: { title: 'x' } })).not.toEqual([]);
    expect(discovery.request('POST', '/upload/youtube/v3/videos?part=status', { status: { privacyStatus: 'hidden' } })).not.toEqual([]);
  });
});
