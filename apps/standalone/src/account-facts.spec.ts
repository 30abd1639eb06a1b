import { startTestPlaza, type TestPlaza } from './in-process.spec-support.ts';
import { consent, type Json } from './plaza-process.spec-support.ts';

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
    await plaza.database.asAdmin(`update publishing.accounts set facts = null where account_id = '${accountId}'`);
    expect(problemOf(await validate(accountId))).toMatchObject({ rule: 'scope_missing' });
  });
});
