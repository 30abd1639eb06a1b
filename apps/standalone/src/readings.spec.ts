import { startTestPlaza, type TestPlaza } from './in-process.spec-support.ts';
import { jpeg } from './media-server.spec-support.ts';
import { call, eventually, type Json } from './plaza-process.spec-support.ts';

/** What customers ask of an account before they write a post: each platform that has such a route has a part below. */
describe('what is asked of an account', () => {
  let plaza: TestPlaza;
  let elsewhere: { projectId: string; key: string };
  beforeAll(async () => {
    plaza = await startTestPlaza();
    elsewhere = await plaza.newProject('elsewhere');
  });
  afterAll(() => plaza.stop());

  const ask = async (path: string, accountId?: string, key = plaza.key): Promise<{ status: number; json: Json }> => {
    const answer = await plaza.send('GET', accountId === undefined ? path : `${path}?accountId=${accountId}`, undefined, {}, key);
    return { status: answer.status, json: answer.json };
  };
  const MISSING = { status: 404, json: { success: false, code: 'integration.not_found' } };

  /** Whom a route does not answer, and with what. */
  const refusesOthers = (platform: 'pinterest' | 'tiktok', path: string): void => {
    it('is of the account that was connected first, or of the one that is named', async () => {
      expect(await ask(path, undefined, elsewhere.key)).toMatchObject(MISSING);
      const foreign = await plaza.connectAccount(platform, 'stranger', elsewhere.key);
      expect(await ask(path, foreign)).toMatchObject(MISSING);
      expect((await ask(path, foreign, elsewhere.key)).status).toBe(200);
      // Which account is the first, events tell.
      await eventually(() => ask(path, undefined, elsewhere.key), ({ status }) => status === 200, 'answered for the first account');
    });

    it('is not there for accounts of other platforms and modes, and for none', async () => {
      const own = await plaza.connectAccount(platform, 'moded');
      expect(await ask(path, await plaza.connectAccount('twitter', 'other'))).toMatchObject(MISSING);
      const live = await plaza.newKey({ mode: 'live' });
      for (const accountId of [own, undefined]) expect(await ask(path, accountId, live)).toMatchObject(MISSING);
      expect(await ask(path, '00000000-0000-4000-8000-000000000000')).toMatchObject(MISSING);
    });

    it('ends with the connection', async () => {
      const accountId = await plaza.connectAccount(platform, 'leaving');
      expect((await ask(path, accountId)).status).toBe(200);
      await plaza.send('DELETE', `/v1/connect/integrations/${accountId}`);
      expect(await ask(path, accountId)).toMatchObject(MISSING);
    });

    it('needs the scope to read connections', async () => {
      const key = await plaza.newKey({ scopes: ['posts.read'] });
      expect((await call(plaza, key, 'GET', path)).status).toBe(403);
    });

    it('is told as the platform’s failure where that does not answer', async () => {
      const accountId = await plaza.connectAccount(platform, 'unlucky');
      await plaza.fault({ platform, fault: { kind: 'server_error_before', status: 503 } });
      expect(await ask(path, accountId)).toMatchObject({ status: 502, json: { success: false, code: 'reading.failed', details: { category: 'transient' } } });
      expect((await ask(path, accountId)).status).toBe(200);
    });
  };

  describe('what a creator on TikTok may post now', () => {
    const PATH = '/v1/tiktok/creator-info';
    refusesOthers('tiktok', PATH);

    it('is what TikTok says', async () => {
      const accountId = await plaza.connectAccount('tiktok', 'private_reader');
      expect(await ask(PATH, accountId)).toEqual({
        status: 200,
        json: {
          success: true,
          data: {
            ...{ creatorAvatarUrl: expect.stringMatching(/^https:/), creatorUsername: 'private_reader', creatorNickname: expect.any(String), maxVideoPostDurationSec: 600 },
            ...{ privacyLevelOptions: ['MUTUAL_FOLLOW_FRIENDS', 'FOLLOWER_OF_CREATOR', 'SELF_ONLY'], commentDisabled: false, duetDisabled: true, stitchDisabled: true },
          },
        },
      });
    });

    it('is refused in TikTok’s words', async () => {
      const banned = await ask(PATH, await plaza.connectAccount('tiktok', 'banned_reader'));
      expect(banned).toMatchObject({ status: 502, json: { code: 'reading.failed', error: expect.stringContaining('banned'), details: { category: 'account_restricted' } } });
    });
  });

  describe('the boards on which an account of Pinterest can pin', () => {
    const PATH = '/v1/pinterest/boards';
    refusesOthers('pinterest', PATH);

    it('are what Pinterest says, and one of them takes a pin', async () => {
      const accountId = await plaza.connectAccount('pinterest', 'jane');
      const { json } = await ask(PATH, accountId);
      expect(json).toMatchObject({ success: true, boards: [{ id: expect.stringMatching(/^\d+$/), name: 'Recipes', description: null, privacy: 'PUBLIC' }, { name: 'Travel', privacy: 'PROTECTED' }] });
      const { uploadUrl, publicUrl, headers } = (await plaza.send('POST', '/v1/media/upload', { filename: 'soup.jpg', mimeType: 'image/jpeg' })).json.data;
      await fetch(uploadUrl, { method: 'PUT', body: jpeg(800, 1200), headers });
      const platforms = [{ platform: 'pinterest', accountId, platformSpecificData: { boardId: json.boards[0].id } }];
      const posted = await plaza.send('POST', '/v1/posts', { content: 'Soup', platforms, mediaItems: [{ type: 'image', url: publicUrl }], publishNow: true });
      expect(posted.json).toMatchObject({ success: true, platforms: [{ success: true, platformPostUrl: expect.stringMatching(/\/pin\/\d+\/$/) }] });
    });

    it('are all of them, over every page of Pinterest’s', async () => {
      const { json } = await ask(PATH, await plaza.connectAccount('pinterest', 'many_mia'));
      expect(new Set(json.boards.map(({ id }: Json) => id)).size).toBe(602);
    });
  });
});
