import { readFileSync } from 'node:fs';
import { createHttp } from '@plaza/chassis';
import { listenOnLoopback, type ListeningSandbox } from '@plaza/sandbox';
import { bodyJson } from '../kit/index.ts';
import { loadOpenApi } from '../../testing/src/openapi/index.ts';
import { twitter } from './index.ts';
import { file, secret, Session } from './session.spec-support.ts';
import { twitterSimulator } from './simulator.ts';

const { publish } = twitter;

let sandbox: ListeningSandbox;
let http: ReturnType<typeof createHttp>;
let session: Session;

beforeEach(async () => {
  http = createHttp({ userAgent: 'plaza-test' });
  sandbox = await listenOnLoopback({ now: () => session.nowMs, simulators: [{ platform: 'twitter', create: twitterSimulator }] });
  session = new Session(sandbox.url, http, Date.parse('2026-01-01T00:00:00Z'));
});
afterEach(async () => {
  await http.close();
  await sandbox.close();
});

describe('the OpenAPI document of X', () => {
  const openApi = loadOpenApi(
    JSON.parse(readFileSync(new URL('../../testing/src/openapi/x-api-2.159.trimmed.json', import.meta.url), 'utf8')),
  );
  /** Where the document demands what real answers do not have. */
  const CONFLICTS = [
    // `meta` is required of every upload answer, but not even declared as a property.
    "/ must have required property 'meta'",
    // ProcessingInfo requires `type`, which is not declared either.
    "/data/processing_info must have required property 'type'",
  ];
  const problems = (): string[] =>
    session.exchanges.flatMap(({ request, outcome }) => {
      const path = new URL(request.url).pathname.replace(/^\/twitter\/api/, '');
      if (!path.startsWith('/2/') || path.startsWith('/2/oauth2/') || outcome.kind !== 'response') return [];
      const isForm = request.headers?.['content-type']?.startsWith('multipart/') === true;
      const asked = isForm || request.body === undefined ? [] : openApi.request(request.method, path, JSON.parse(String(request.body)));
      const answered = openApi
        .response(request.method, path, outcome.status, bodyJson(outcome))
        .filter((problem) => !CONFLICTS.includes(problem));
      return [...asked, ...answered].map((problem) => `${request.method} ${path} ${outcome.status}: ${problem}`);
    });

  it('holds for all requests of the connector and all answers of the simulator', async () => {
    const signed = await session.signIn();
    const options = {
      communityId: '7',
      shareWithFollowers: true,
      replyToTweetId: '8',
      replySettings: 'verified',
      poll: { options: ['a', 'b'], durationMinutes: 5 },
    };
    await session.submit(signed, 'a link https://example.com/x', { options });
    for (const type of ['image', 'video'] as const) {
      const checkpoint = await session.prepare(signed, [file(type)]);
      await session.submit(signed, 'with media', {
        media: [file(type)],
        checkpoint,
        options: { replyToTweetId: type === 'image' ? '1' : '2' },
      });
    }
    const described = session.publication(signed, 'with words', { media: [file('image')], options: { altText: ['What is seen'] } });
    await publish.prepare?.(session.context(), described, async () => undefined);
    const own = { platformPostId: (await session.ledger())[0]?.postId ?? '', publishedAtMs: session.nowMs };
    await twitter.analytics.read(session.context(), signed, [own, { platformPostId: '1', publishedAtMs: 0 }]);
    const found = await session.lookup(signed, 'absent');
    expect(found).toEqual({ kind: 'absent' });
    await publish.remove?.(session.context(), signed, (await session.ledger())[0]?.postId ?? '');
    await publish.remove?.(session.context(), signed, '1');
    for (const refusal of ['duplicate', 'invalid_media', 'credits_depleted', 'usage_capped', 'client_not_enrolled'])
      await session.submit(signed, `[[sandbox:refuse=${refusal}]]`);
    await session.submit({ ...signed, credential: { ...signed.credential, accessToken: secret('expired') } }, 'x');
    expect(session.exchanges.length).toBeGreaterThan(15);
    expect(problems()).toEqual([]);
  });
});
