import { startTestPlaza, type TestPlaza } from './in-process.spec-support.ts';
import { call, consent, eventually, type Json } from './plaza-process.spec-support.ts';

/** Changes what publishing holds of an account, once it has heard of it. */
async function changeFacts({ database }: TestPlaza, id: string, facts: string): Promise<void> {
  const change = (): Promise<Json[]> => database.asAdmin(`update publishing.accounts set facts = ${facts} where account_id = $1 returning account_id`, [id]);
  await eventually(change, ({ length }) => length === 1, 'known to publishing');
}

describe('what an account was connected without', () => {
  let plaza: TestPlaza;
  beforeAll(async () => {
    plaza = await startTestPlaza();
  });
  afterAll(() => plaza.stop());

  const connect = async (name: string, capabilities: string): Promise<string> => {
    const started = await plaza.send('GET', `/v1/connect/facebook?redirectUri=http://127.0.0.1:9999/done&capabilities=${capabilities}`);
    return new URL(await consent(started.json.url, 'approve', name)).searchParams.get('integrationId') ?? '';
  };
  const validate = async (accountId: string): Promise<Json> => {
    const platforms = [{ platform: 'facebook', accountId, platformSpecificData: { firstComment: 'And a comment' } }];
    return (await plaza.send('POST', '/v1/posts', { content: 'A post', platforms, scheduledFor: new Date(Date.now() + 3_600_000).toISOString() })).json;
  };
  const problemOf = ({ details }: Json): Json => details.targets[0].violations[0];

  it('is said before anything is scheduled, and is there after another consent', async () => {
    const accountId = await connect('narrow', 'publish');
    const refused = await validate(accountId);
    expect(refused).toMatchObject({ success: false, code: 'post.content_refused' });
    expect(problemOf(refused)).toMatchObject({ rule: 'scope_missing', message: expect.stringContaining('pages_manage_engagement'), path: 'platformSpecificData.firstComment' });
    expect(await connect('narrow', 'publish,comments')).toBe(accountId);
    expect(await validate(accountId)).toMatchObject({ success: true, status: 'scheduled' });
  });

  it('is asked for where a version that did not tell connected it', async () => {
    const accountId = await connect('older', 'publish');
    await changeFacts(plaza, accountId, 'null');
    expect(problemOf(await validate(accountId))).toMatchObject({ rule: 'scope_missing' });
  });
});

describe('what the account of a server with limits of its own may post', () => {
  let plaza: TestPlaza;
  beforeAll(async () => {
    plaza = await startTestPlaza();
  });
  afterAll(() => plaza.stop());

  const LONG = 'A long post. '.repeat(30);
  const connect = async (name: string): Promise<string> => {
    const credentials = { instance: 'https://social.example', accessToken: `pasted_${name}` };
    return (await plaza.send('POST', '/v1/connect/mastodon/credentials', { credentials })).json.integration.id;
  };
  const schedule = async (accountId: string, content: string): Promise<Json> => {
    const platforms = [{ platform: 'mastodon', accountId }];
    return (await plaza.send('POST', '/v1/posts', { content, platforms, scheduledFor: new Date(Date.now() + 3_600_000).toISOString() })).json;
  };
  const rowOf = async (id: string): Promise<Json> => (await plaza.database.asAdmin<Json>('select sequence::int as sequence, metadata from connect.integrations where id = $1', [id]))[0];
  const changesOf = async (id: string): Promise<Json[]> => plaza.database.asAdmin(`select data from connect.outbox where type = 'integration.changed' and key = $1`, [id]);
  /** The server had the limit of so many characters when the account was connected. */
  const hadLimit = async (id: string, characters: number): Promise<void> => {
    await changeFacts(plaza, id, `jsonb_set(facts, '{metadata,maxCharacters}', '${characters}')`);
    const metadata = `jsonb_set(metadata, '{maxCharacters}', '${characters}')`;
    await plaza.database.asAdmin(`update connect.integrations set metadata = ${metadata} where id = $1`, [id]);
  };
  const dayPasses = (id: string) => plaza.database.asAdmin(`update connect.integrations set created_at = now() - interval '25 hours' where id = $1`, [id]);
  /** Waits until so many readings of Mastodon accounts have come to nothing new, and to nothing clear. */
  const readings = async (same: number, unclear: number): Promise<void> => {
    const count = (text: string, outcome: string) => Number(new RegExp(`^plaza_account_readings_total{platform="mastodon",outcome="${outcome}"} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
    await eventually(async () => (await call(plaza, '', 'GET', '/metrics')).text, (text) => count(text, 'same') === same && count(text, 'unclear') === unclear, 'read');
  };

  it.each([
    ['raised', 'grown', LONG, 40, true],
    ['lowered', 'shrunk', LONG + LONG, 5000, false],
  ])('is known a day after its server has %s it, without another connection', async (_how, name, content, before, isTakenAfter) => {
    const id = await connect(name);
    await hadLimit(id, before);
    expect((await schedule(id, content)).success).toBe(!isTakenAfter);
    await dayPasses(id);
    await eventually(() => schedule(id, content), ({ success }) => success === isTakenAfter, 'known');
    const facts = expect.objectContaining({ metadata: expect.objectContaining({ maxCharacters: 500 }) });
    expect(await changesOf(id)).toEqual([{ data: expect.objectContaining({ integrationId: id, facts }) }]);
  });

  it('stays when the server has nothing new, or nothing clear, to say, or speaks of another account', async () => {
    const [same, other, unclear] = [await connect('same'), await connect('other'), await connect('unclear')];
    await plaza.database.asAdmin(`update connect.integrations set platform_user_id = 'not this one' where id = $1`, [other]);
    for (const id of [other, unclear]) await hadLimit(id, 40);
    const before = await Promise.all([same, other, unclear].map(rowOf));
    await Promise.all([same, other].map(dayPasses));
    await readings(1, 1);
    await plaza.fault({ platform: 'mastodon', operation: 'profile', times: 1, fault: { kind: 'refuse', error: 'token_invalid' } });
    await dayPasses(unclear);
    await readings(1, 2);
    expect(await Promise.all([same, other, unclear].map(rowOf))).toEqual(before);
    expect((await plaza.send('GET', `/v1/connect/integrations/${unclear}`)).json.integration.authStatus).toBe('active');
    expect((await Promise.all([same, other, unclear].map(changesOf))).flat()).toEqual([]);
  });
});
