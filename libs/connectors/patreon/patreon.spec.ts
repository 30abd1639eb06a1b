import { CLIENT, Testbed } from '../kit/testbed.spec-support.ts';
import { patreon } from './index.ts';
import { patreonSimulator } from './simulator.ts';

const DAY_MS = 24 * 3_600_000;
let bed: Testbed;
beforeEach(async () => {
  bed = await Testbed.open(patreon, patreonSimulator);
});
afterEach(() => bed.close());

describe('connecting to Patreon', () => {
  it('is to the campaign of a creator', async () => {
    const { account, grant } = await bed.connectByOAuth('maker');
    expect(account).toMatchObject({ username: 'maker', displayName: 'maker creates', profileUrl: 'https://www.patreon.com/maker', metadata: { patronCount: 3 } });
    expect(grant).toMatchObject({ accessExpiresAtMs: bed.nowMs + 31 * DAY_MS, scopes: ['identity', 'campaigns'] });
  });
  it('asks for every attribute that it reads', async () => {
    await bed.connectByOAuth('maker');
    const asked = new URL(bed.exchanges.at(-1)?.request.url ?? '').searchParams;
    expect(Object.fromEntries(asked)).toEqual({
      include: 'campaign',
      'fields[user]': 'full_name,vanity,url,image_url',
      'fields[campaign]': 'name,vanity,url,patron_count,image_small_url',
    });
  });
  it('is refused to who has no campaign', async () => {
    const code = (await bed.consent('fan_of_all')).get('code') ?? '';
    const grant = await bed.exchange(code);
    if (!grant.ok) throw new Error('not connected');
    const credential = { accessToken: { reveal: () => grant.value.accessToken }, extra: {} };
    expect(await patreon.oauth.accounts(bed.context(), { client: CLIENT, credential })).toMatchObject({ ok: false, failure: { kind: 'unsupported_account' } });
  });
});

it.each([
  ['throttled', 9],
  ['edge_block', 1800],
])('a renewal waits as it is told, %s: %i seconds', async (error, seconds) => {
  const connected = await bed.connectByOAuth('maker');
  await bed.fault('token', { kind: 'refuse', error });
  expect(await bed.refresh(connected)).toMatchObject({ kind: 'transient', untilMs: bed.nowMs + seconds * 1000 });
  expect(await bed.refresh(connected)).toMatchObject({ kind: 'granted' });
});

it('Patreon publishes nothing, and says so', () => {
  expect('publish' in patreon).toBe(false);
  expect(patreon.manifest.features.text).toContain('cannot create');
});
