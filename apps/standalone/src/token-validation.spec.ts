import { startTestPlaza, type TestPlaza } from './in-process.spec-support.ts';
import { call, eventually, type Json } from './plaza-process.spec-support.ts';

describe('a token that its platform wants validated each hour', () => {
  let plaza: TestPlaza;
  beforeAll(async () => {
    plaza = await startTestPlaza();
  });
  afterAll(() => plaza.stop());

  const read = async (id: string): Promise<Json> => (await call(plaza, plaza.key, 'GET', `/v1/connect/integrations/${id}`)).json.integration;
  const validations = async (): Promise<Json[]> => (await call(plaza, '', 'GET', '/sandbox/_/requests?platform=twitch&operation=status')).json.requests;
  const grantOf = async (id: string): Promise<Json> => (await plaza.database.asAdmin<Json>('select grant_revision, validated_at from connect.integrations where id = $1', [id]))[0];
  /** Lets so many minutes pass since the grant, and waits for what comes of it. */
  const validated = async (id: string, minutes = 61): Promise<Json> => {
    await plaza.database.asAdmin(`update connect.integrations set granted_at = now() - make_interval(mins => $2), validated_at = null where id = $1`, [id, minutes]);
    const before = (await validations()).length;
    await eventually(validations, (requests) => requests.length > before, 'validated');
    return read(id);
  };

  it('stays as it is when the platform says yes, or nothing clear; it is validated once an hour, and the use of it is on record', async () => {
    const id = await plaza.connectAccount('twitch', 'steady');
    const young = await plaza.connectAccount('twitch', 'young');
    expect(await validated(id)).toMatchObject({ authStatus: 'active' });
    await plaza.fault({ platform: 'twitch', operation: 'status', times: 1, fault: { kind: 'server_error_before' } });
    expect(await validated(id)).toMatchObject({ authStatus: 'active' });
    expect(await grantOf(id)).toEqual({ grant_revision: 1, validated_at: expect.any(Date) });
    expect(await grantOf(young)).toEqual({ grant_revision: 1, validated_at: null });
    const uses = await plaza.database.asAdmin('select actor from connect.secret_access where subject = $1 and purpose = $2', [`integrations/${id}/grant`, 'validate the token']);
    expect(uses).toEqual([{ actor: 'connect' }, { actor: 'connect' }]);
  });

  it('is renewed when the platform refuses it', async () => {
    const id = await plaza.connectAccount('twitch', 'renewed');
    await plaza.fault({ platform: 'twitch', operation: 'status', times: 1, fault: { kind: 'refuse', error: 'token_invalid' } });
    await validated(id);
    await eventually(() => grantOf(id), ({ grant_revision: revision }) => revision === 2, 'renewed');
    expect(await read(id)).toMatchObject({ authStatus: 'active' });
  });

  it('ends the connection when its grant was revoked, and its owner hears of it before a post does', async () => {
    const id = await plaza.connectAccount('twitch', 'revoked');
    await plaza.fault({ platform: 'twitch', operation: 'status', times: 1, fault: { kind: 'refuse', error: 'token_invalid' } });
    await plaza.fault({ platform: 'twitch', operation: 'token', times: 1, fault: { kind: 'refuse', error: 'refresh_rejected' } });
    await validated(id);
    expect(await eventually(() => read(id), ({ authStatus }) => authStatus !== 'active', 'ended')).toMatchObject({ authStatus: 'reconnect_required', authFailureReason: 'refresh_rejected' });
    const events = await plaza.database.asAdmin(`select type from connect.outbox where type = 'integration.reconnect_required' and key = $1`, [id]);
    expect(events).toHaveLength(1);
  });
});
