import { startTestPlaza, type TestPlaza } from './in-process.spec-support.ts';
import { jpeg, startMediaServer, type MediaServer } from './media-server.spec-support.ts';
import { call, eventually, type Json } from './plaza-process.spec-support.ts';

const soon = (ms: number): string => new Date(Date.now() + ms).toISOString();

describe('publishing', () => {
  let plaza: TestPlaza;
  let media: MediaServer;
  let accountId: string;
  let discordId: string;
  let count = 0;

  const twitter = () => [{ platform: 'twitter', accountId }];
  const text = (note: string): string => `${note} ${(count += 1)}`;
  const create = (body: object, headers = {}) => plaza.send('POST', '/v1/posts', { platforms: twitter(), ...body }, headers);
  const read = async (postId: string): Promise<Json> => (await plaza.send('GET', `/v1/posts/${postId}`)).json.post;
  const until = (postId: string, state: string): Promise<Json> => eventually(() => read(postId), ({ platforms }) => platforms[0].state === state, state);

  beforeAll(async () => {
    media = await startMediaServer();
    plaza = await startTestPlaza({ PLAZA_ALLOWED_HOSTS: media.host });
    accountId = await plaza.connectAccount('twitter', 'publisher');
    discordId = await plaza.connectAccount('discord', 'publisher');
  });
  afterAll(async () => {
    await plaza.stop();
    await media.close();
  });

  it('answers at once with Prefer: wait=0, and the post goes out all the same', async () => {
    const content = text('No waiting');
    const made = await create({ content }, { prefer: 'wait=0' });
    expect(made.json).toMatchObject({ success: true, status: 'publishing', platforms: [{ success: true, state: 'due' }] });
    await until(made.json.postId, 'published');
    expect(await plaza.ledger(content)).toHaveLength(1);
  });

  it('edits, reschedules and cancels what is scheduled, and nothing goes out then', async () => {
    const made = await create({ content: text('Scheduled'), scheduledFor: soon(3_600_000) });
    const { postId } = made.json;
    const content = text('Edited');
    const edited = await plaza.send('PUT', `/v1/posts/scheduled/${postId}`, { content, platforms: twitter() });
    expect(edited.json).toMatchObject({ success: true, postId, scheduledFor: made.json.scheduledFor });
    const later = soon(7_200_000);
    expect((await plaza.send('PATCH', `/v1/posts/scheduled/${postId}`, { scheduledFor: later })).json.scheduledFor).toBe(later);
    expect((await plaza.send('GET', '/v1/posts/scheduled')).json.posts).toMatchObject([{ postId, content, scheduledFor: later }]);
    expect((await plaza.send('DELETE', `/v1/posts/scheduled/${postId}`)).status).toBe(200);
    expect(await read(postId)).toMatchObject({ status: 'draft', platforms: [{ state: 'canceled' }] });
    const again = await plaza.send('DELETE', `/v1/posts/scheduled/${postId}`);
    expect([again.status, again.json.code]).toEqual([409, 'post.not_scheduled']);
    expect(await plaza.ledger(content)).toEqual([]);
  });

  it('a canceled post can be scheduled again and goes out once', async () => {
    const content = text('Back again');
    const { postId } = (await create({ content, scheduledFor: soon(3_600_000) })).json;
    await plaza.send('DELETE', `/v1/posts/scheduled/${postId}`);
    await plaza.send('PATCH', `/v1/posts/scheduled/${postId}`, { scheduledFor: soon(200) });
    await until(postId, 'published');
    expect(await plaza.ledger(content)).toHaveLength(1);
  });

  it('a draft stays a draft until it is scheduled, and is checked then', async () => {
    const made = await create({ content: 'x'.repeat(300), draft: true });
    expect(made.json.status).toBe('draft');
    const refused = await plaza.send('PATCH', `/v1/posts/scheduled/${made.json.postId}`, { scheduledFor: soon(1_000) });
    expect([refused.status, refused.json.code]).toEqual([422, 'post.content_refused']);
  });

  it('a published post is no longer scheduled: edit, move and cancel are refused', async () => {
    const { postId } = (await create({ content: text('Done') })).json;
    for (const [method, body] of [['DELETE', undefined], ['PATCH', { scheduledFor: soon(1_000) }], ['PUT', { content: 'a', platforms: twitter() }]] as const) {
      expect((await plaza.send(method, `/v1/posts/scheduled/${postId}`, body)).json.code).toBe('post.not_scheduled');
    }
  });

  it('lists by status, platform, profile and times, a page at a time', async () => {
    const ids = async (query: string): Promise<string[]> => (await plaza.send('GET', `/v1/posts?limit=100&${query}`)).json.posts.map(({ postId }: Json) => postId);
    const before = soon(0);
    const { postId } = (await create({ content: text('Listed'), scheduledFor: soon(3_600_000) })).json;
    expect(await ids('status=scheduled')).toContain(postId);
    expect(await ids('status=published')).not.toContain(postId);
    expect(await ids('platform=bluesky')).not.toContain(postId);
    expect(await ids('platform=bluesky&platform=x')).toContain(postId);
    expect(await ids('profileId=null')).toContain(postId);
    expect(await ids('profileId=none')).toEqual([]);
    expect(await ids(`createdAfter=${before}`)).toEqual([postId]);
    expect(await ids(`scheduledBefore=${before}`)).not.toContain(postId);
    const { total, posts } = (await plaza.send('GET', '/v1/posts?limit=1&offset=1&sort=asc')).json;
    expect([posts.length, total > 2]).toEqual([1, true]);
    await plaza.send('DELETE', `/v1/posts/${postId}`);
    expect((await plaza.send('GET', `/v1/posts/${postId}`)).json.code).toBe('post.not_found');
  });

  it('media are known by their bytes, and published as they were checked', async () => {
    media.put('/real.jpg', jpeg(800, 600), 'application/octet-stream');
    const content = text('With a picture');
    const made = await create({ content, mediaItems: [{ type: 'image', url: media.url('/real.jpg') }] });
    expect(made.json.status).toBe('published');
    expect((await read(made.json.postId)).mediaItems).toEqual([
      { type: 'image', url: media.url('/real.jpg'), filename: 'real.jpg', size: jpeg(800, 600).length, mimeType: 'image/jpeg', width: 800, height: 600, durationMs: null },
    ]);
    media.put('/fake.jpg', Buffer.from('<html>not a picture</html>'), 'image/jpeg');
    expect((await create({ content, mediaItems: [{ type: 'image', url: media.url('/fake.jpg') }] })).json.code).toBe('post.media_unreachable');
  });

  it('media go out as they were checked, whatever their address holds by then', async () => {
    media.put('/changing.jpg', jpeg(800, 600), 'image/jpeg');
    const content = text('With a changed picture');
    const made = await create({ content, mediaItems: [{ type: 'image', url: media.url('/changing.jpg') }], scheduledFor: soon(400) });
    media.put('/changing.jpg', Buffer.from('no picture'), 'image/jpeg');
    await until(made.json.postId, 'published');
    expect(await plaza.ledger(content)).toHaveLength(1);
  });

  it('validate runs the checks and sends nothing', async () => {
    const content = text('Only checked');
    expect((await plaza.send('POST', '/v1/posts/validate', { content, platforms: twitter() })).json).toEqual({ success: true, valid: true, scheduledFor: null });
    expect((await plaza.send('POST', '/v1/posts/validate', { content: '', platforms: twitter() })).status).toBe(422);
    expect(await plaza.ledger(content)).toEqual([]);
  });

  it('deletes at the platform too, when asked', async () => {
    const content = text('To be deleted');
    const { postId } = (await create({ content })).json;
    const deleted = await plaza.send('DELETE', `/v1/posts/${postId}?deleteFromPlatforms=true`);
    expect(deleted.json).toMatchObject({ success: true, platforms: [{ platform: 'twitter', integrationId: accountId, success: true, status: 'deleted' }] });
    expect((await plaza.ledger(content)).map(({ deleted: isDeleted }) => isDeleted)).toEqual([true]);
  });

  describe('a thread', () => {
    const thread = (first: string, ...further: readonly string[]) => {
      const platformSpecificData = { threadItems: further.map((content) => ({ content })) };
      return { content: first, platforms: [{ ...twitter()[0], platformSpecificData }] };
    };

    it('goes out post by post, is shown with all of them, and deleted with all of them', async () => {
      const texts = ['first', 'second', 'third'].map((note) => text(`A thread, ${note}`));
      const made = await create(thread(texts[0] ?? '', ...texts.slice(1)));
      const { platforms } = await until(made.json.postId, 'published');
      const entries = (await Promise.all(texts.map((one) => plaza.ledger(one)))).flat();
      expect(platforms[0].parts.map(({ platformPostId }: Json) => platformPostId)).toEqual(entries.map(({ postId }) => postId));
      expect(platforms[0].platformPostId).toBe(entries[0]?.postId);
      expect(platforms[0].attempts.map(({ decision }: Json) => decision)).toEqual(['part_published', 'part_published', 'published']);
      expect((await plaza.send('DELETE', `/v1/posts/${made.json.postId}?deleteFromPlatforms=true`)).json).toMatchObject({ success: true });
      for (const one of texts) expect((await plaza.ledger(one)).map(({ deleted }) => deleted)).toEqual([true]);
    });

    it('whose second post the platform refuses has failed, shows what is there, and goes on from there when it is retried', async () => {
      const texts = [text('A thread, first'), `${text('A thread, second')} [[sandbox:refuse=text_too_long]]`, text('A thread, third')];
      const made = await create(thread(texts[0] ?? '', ...texts.slice(1)));
      const { platforms } = await until(made.json.postId, 'failed');
      expect(platforms[0]).toMatchObject({ parts: [{}], errorCode: 'content_rejected', platformPostId: (await plaza.ledger(texts[0] ?? ''))[0]?.postId });
      expect(await plaza.ledger(texts[2] ?? '')).toEqual([]);
      await plaza.send('POST', `/v1/posts/${made.json.postId}/retry`);
      expect((await until(made.json.postId, 'published')).platforms[0].parts).toHaveLength(3);
      for (const one of texts) expect(await plaza.ledger(one)).toHaveLength(1);
    });

    it('that stopped in the middle is deleted as far as it came', async () => {
      const texts = [text('A thread, first'), `${text('A thread, second')} [[sandbox:refuse=text_too_long!]]`];
      const made = await create(thread(texts[0] ?? '', ...texts.slice(1)));
      await until(made.json.postId, 'failed');
      const answer = await plaza.send('DELETE', `/v1/posts/${made.json.postId}?deleteFromPlatforms=true`);
      expect(answer.json).toMatchObject({ success: true, platforms: [{ status: 'deleted' }] });
      expect((await plaza.ledger(texts[0] ?? '')).map(({ deleted }) => deleted)).toEqual([true]);
    });

    it('of which all is visible is never sent on, whatever its state says', async () => {
      const content = text('All there');
      const { postId } = (await create({ content })).json;
      await plaza.database.asAdmin(`update publishing.targets set state = 'due', next_try_at = now() where post_id = $1`, [postId]);
      expect((await until(postId, 'failed')).platforms[0]).toMatchObject({ errorCode: 'platform_error', errorMessage: 'All of it is visible already.' });
      expect(await plaza.ledger(content)).toHaveLength(1);
    });

    it.each(['drop_after', 'server_error_before'])('goes on after a second post in doubt (%s), and sends none twice', async (word) => {
      const texts = [text('A thread, first'), `${text('A thread, second')} [[sandbox:${word}]]`, text('A thread, third')];
      const made = await create(thread(texts[0] ?? '', ...texts.slice(1)));
      const { platforms } = await until(made.json.postId, 'published');
      expect(platforms[0].parts).toHaveLength(3);
      for (const one of texts) expect(await plaza.ledger(one)).toHaveLength(1);
    });
  });

  it('a first comment that cannot be written leaves the post published, with a warning', async () => {
    const facebook = await plaza.connectAccount('facebook', 'commenter');
    const post = async (firstComment: string): Promise<Json> => {
      const content = text('With a comment');
      const made = await plaza.send('POST', '/v1/posts', { content, platforms: [{ platform: 'facebook', accountId: facebook, platformSpecificData: { firstComment } }] });
      expect(await plaza.ledger(content)).toHaveLength(1);
      return (await until(made.json.postId, 'published')).platforms[0];
    };
    const well = text('The first comment');
    expect((await post(well)).warningMessage).toBeNull();
    expect(await plaza.ledger(well)).toHaveLength(1);
    const refused = `${text('Not this one')} [[sandbox:refuse=abusive!]]`;
    expect((await post(refused)).warningMessage).toEqual(expect.stringContaining('abusive'));
    expect(await plaza.ledger(refused)).toEqual([]);
  });

  describe('when the platform has a bad day', () => {
    it.each([
      ['5xx before the commit', '[[sandbox:server_error_before]]'],
      ['5xx after the commit', '[[sandbox:server_error_after]]'],
      ['no answer before the commit', '[[sandbox:drop_before]]'],
      ['no answer after the commit', '[[sandbox:drop_after]]'],
      ['garbage after the commit', '[[sandbox:malformed]]'],
      ['a redirect', '[[sandbox:redirect]]'],
      ['a commit after the answer was given up', '[[sandbox:commit_late=100]]'],
    ])('%s: published once, with every step in the ledger', async (_name, magic) => {
      const content = text(magic);
      const made = await create({ content }, { prefer: 'wait=0' });
      const { platforms } = await until(made.json.postId, 'published');
      expect(await plaza.ledger(content)).toHaveLength(1);
      expect(platforms[0].attempts[0]).toMatchObject({ number: 1, kind: 'send', decision: 'reconcile' });
      expect(platforms[0].attempts.at(-1)).toMatchObject({ decision: 'published' });
    });

    it.each([
      ['', () => plaza.key],
      [' through another connection of the account', async () => (await plaza.newProject('Elsewhere')).key],
    ])('a lost post is not taken for one of the same words before it%s', async (through, keyOfFirst) => {
      const content = text(`The same words${through}`);
      const bodyWith = async (key: string): Promise<Json> => ({ content, platforms: [{ platform: 'facebook', accountId: await plaza.connectAccount('facebook', 'repeats_itself', key) }] });
      const [body, firstKey] = [await bodyWith(plaza.key), await keyOfFirst()];
      expect((await plaza.send('POST', '/v1/posts', await bodyWith(firstKey), {}, firstKey)).json.status).toBe('published');
      await plaza.fault({ platform: 'facebook', operation: 'publish', times: 1, fault: { kind: 'drop_before' } });
      const { postId } = (await plaza.send('POST', '/v1/posts', body, { prefer: 'wait=0' })).json;
      const { platforms } = await until(postId, 'published');
      const made = await plaza.ledger(content);
      expect(made).toHaveLength(2);
      expect(platforms[0].platformPostId).toBe(made[1]?.postId);
    });

    it('a 429 is waited for, and the account is paused meanwhile', async () => {
      const first = text('[[sandbox:rate_limit=seconds:1]]');
      const second = text('Behind the limit');
      const limited = await create({ content: first }, { prefer: 'wait=0' });
      await eventually(() => read(limited.json.postId), ({ platforms }) => platforms[0].attempts.length > 0, 'refused');
      // It may overtake what waits for a retry, so only the pause can hold it back.
      const behind = await create({ content: second, allowOvertake: true }, { prefer: 'wait=0' });
      const [one, two] = await Promise.all([until(limited.json.postId, 'published'), until(behind.json.postId, 'published')]);
      expect(one.platforms[0].attempts[0]).toMatchObject({ category: 'rate_limited', decision: 'retry', nextTryAt: expect.any(String) });
      expect(Date.parse(one.platforms[0].publishedAt) - Date.parse(one.platforms[0].attempts[0].endedAt)).toBeGreaterThanOrEqual(900);
      expect(Date.parse(two.platforms[0].publishedAt) - Date.parse(one.platforms[0].attempts[0].endedAt)).toBeGreaterThanOrEqual(900);
    });

    it('a refusal ends it with the platform\'s reason, and a retry sends it again', async () => {
      const content = text('[[sandbox:refuse=not_permitted]]');
      const refused = await create({ content });
      expect(refused.json).toMatchObject({ success: false, status: 'failed', platforms: [{ success: false, error: expect.any(String) }] });
      const { postId } = refused.json;
      const retried = await plaza.send('POST', `/v1/posts/${postId}/retry`);
      expect(retried.json).toMatchObject({ success: true, status: 'published' });
      expect((await plaza.send('POST', `/v1/posts/${postId}/retry`)).json.code).toBe('post.nothing_to_retry');
    });

    it('Discord cannot tell: unconfirmed, announced, and settled by a person', async () => {
      const content = text('[[sandbox:drop_after]]');
      const made = await plaza.send('POST', '/v1/posts', { content, platforms: [{ platform: 'discord', accountId: discordId }] });
      const { platforms } = await until(made.json.postId, 'unconfirmed');
      const path = `/v1/posts/${made.json.postId}/targets/${platforms[0].targetId}/settle`;
      expect((await plaza.send('POST', `/v1/posts/${made.json.postId}/retry`)).json.code).toBe('post.nothing_to_retry');
      const settled = await plaza.send('POST', path, { outcome: 'published', platformPostUrl: 'https://discord.com/channels/1/2/3' });
      expect(settled.json.post).toMatchObject({ status: 'published', platforms: [{ platformPostUrl: 'https://discord.com/channels/1/2/3' }] });
      expect((await plaza.send('POST', path, { outcome: 'published' })).json.code).toBe('post.not_unconfirmed');
      const [event] = await plaza.database.asAdmin<{ data: Json }>(
        `select data from publishing.outbox where type = 'publication.finished' and data ->> 'state' = 'unconfirmed' and data ->> 'postId' = $1`,
        [made.json.postId],
      );
      expect(event?.data.message).toEqual(expect.any(String));
    });
  });

  it('posts of one account go out in the order of their due times', async () => {
    const contents = Array.from({ length: 8 }, (_, index) => text(`In order ${index}`));
    const at = Date.now() + 600;
    const made = await Promise.all(contents.map((content, index) => create({ content, scheduledFor: new Date(at + index).toISOString() })));
    for (const { json } of made) await until(json.postId, 'published');
    const ledger = await plaza.ledger();
    expect(ledger.map((entry) => entry.text).filter((one) => contents.includes(one))).toEqual(contents);
  });

  it('one slow platform does not hold up another', async () => {
    const slow = await create({ content: text('[[sandbox:slow=1500]]') }, { prefer: 'wait=0' });
    const quick = await plaza.send('POST', '/v1/posts', { content: text('Quick'), platforms: [{ platform: 'discord', accountId: discordId }] });
    expect(quick.json.status).toBe('published');
    expect((await read(slow.json.postId)).status).toBe('publishing');
    await until(slow.json.postId, 'published');
  });

  it('an expired token is renewed and the post goes out', async () => {
    const content = text('[[sandbox:refuse=unauthorized]]');
    const made = await create({ content });
    expect(made.json.status).toBe('published');
    const { attempts } = (await read(made.json.postId)).platforms[0];
    expect(attempts.map(({ category, decision }: Json) => [category, decision])).toEqual([['token_expired', 'renew_token'], [null, 'published']]);
    expect(await plaza.ledger(content)).toHaveLength(1);
  });

  it('a grant that ended at the platform asks for a reconnection with a ready link, and works again after it', async () => {
    const id = await plaza.connectAccount('twitter', 'revoked');
    await plaza.database.asAdmin(`update connect.integrations set access_expires_at = now() - interval '1 minute' where id = $1`, [id]);
    const refusal = (await call(plaza, '', 'POST', '/sandbox/_/faults', { platform: 'twitter', operation: 'token', fault: { kind: 'refuse', error: 'invalid_token' } })).status;
    expect(refusal).toBe(201);
    const failed = await plaza.send('POST', '/v1/posts', { content: text('Dead grant'), platforms: [{ platform: 'twitter', accountId: id }] });
    expect(failed.json.platforms[0]).toMatchObject({ success: false, errorCode: 'reconnect_required' });
    const { integration } = (await plaza.send('GET', `/v1/connect/integrations/${id}`)).json;
    expect(integration).toMatchObject({ authStatus: 'reconnect_required', authFailureReason: 'refresh_rejected', tokenStatus: { valid: false, reconnectRequired: true } });
    const [event] = await plaza.database.asAdmin<{ data: Json }>(`select data from connect.outbox where type = 'integration.reconnect_required' and key = $1`, [id]);
    expect(event?.data.reconnectUrl).toBe(integration.reconnectUrl);
    const onward = await fetch(integration.reconnectUrl, { redirect: 'manual' });
    expect([onward.status, new URL(onward.headers.get('location') ?? '').pathname]).toEqual([303, '/sandbox/twitter/web/i/oauth2/authorize']);
  });
});
