import { FEATURES, type Feature } from '@plaza/contracts';
import { connectors } from './catalogue.ts';
import { checkContent, type HttpOutcome, type LookupReading, type Publication, type Refused, type RefreshReading, type Submitted } from './kit/index.ts';
import { POST_FEATURES, type PostFeature, type Scenario } from './kit/scenario.spec-support.ts';
import { CLIENT, mediaFile, secretText, Testbed, toCredential, type Connected, type Example } from './kit/testbed.spec-support.ts';
import { scenarios } from './scenarios.spec-support.ts';

const WRONG_APP = { clientId: CLIENT.clientId, clientSecret: secretText('wrong') };
const MINUTE_MS = 60_000;
const MOST_LOOKUPS = 30;

const nameOf = ({ connector, login }: Scenario): string => (login === undefined ? connector.platform : `${connector.platform} by ${login}`);

it('covers every connector, and each way to log in', () => {
  const ways = connectors.flatMap(({ platform, manifest }) => [platform, ...Object.keys(manifest.auth.oauth?.logins ?? {}).map((login) => `${platform} by ${login}`)]);
  expect(scenarios.map(nameOf).toSorted()).toEqual(ways.toSorted());
  const lackedByAll = connectors.flatMap(({ platform }) => {
    const [first, ...others] = scenarios.filter(({ connector }) => connector.platform === platform).map(({ lacks = {} }) => Object.keys(lacks));
    return (first ?? []).filter((feature) => others.every((lacks) => lacks.includes(feature))).map((feature) => `${platform}: ${feature}`);
  });
  expect(lackedByAll).toEqual([]);
});

describe.each(scenarios.map((scenario) => [nameOf(scenario), scenario] as const))('%s', (_name, scenario) => {
  const { connector, lacks = {} } = scenario;
  const { manifest, publish } = connector;
  const byLogin = { ...(scenario.login === undefined ? {} : { login: scenario.login }), ...(scenario.chooses === undefined ? {} : { choose: scenario.chooses }) };
  const has = (feature: Feature): boolean => manifest.features[feature] === true && lacks[feature] === undefined;
  let bed: Testbed;
  beforeEach(async () => {
    bed = await Testbed.open(connector, scenario.simulator);
  });
  afterEach(() => bed.close());

  const exchange = (code: string, client = CLIENT) => bed.exchange(code, client, scenario.login);
  const isByOAuth = connector.oauth !== undefined && connector.credentials === undefined;
  const connect = (): Promise<Connected> =>
    bed.usualMethod() === 'oauth' ? bed.connectByOAuth(scenario.account, byLogin) : bed.connectWith(scenario.credentials?.good ?? {});
  const exampleOf = (feature: PostFeature): Example => {
    const example = scenario.examples()[feature];
    if (example === undefined) throw new Error(`The scenario has no example of ${feature}.`);
    return example;
  };
  const simplest = (): Example => exampleOf(POST_FEATURES.find(has) ?? 'text');
  const submit = (publication: Publication): Promise<Submitted> =>
    publish === undefined ? Promise.reject(new Error('Nothing is published.')) : publish.submit(bed.context(publication.credential.extra), publication);
  const prepared = async (connected: Connected, example: Example = simplest()): Promise<Publication> => {
    const ready = await bed.prepare(bed.publication(connected, example));
    if ('kind' in ready) throw new Error(`${ready.code}: ${ready.message}`);
    return ready;
  };
  /** Submits with a fault in the call that makes something visible. */
  const disturbed = async (
    kind: 'drop_before' | 'drop_after' | 'server_error_after' | 'malformed',
    example: Example = simplest(),
  ): Promise<{ publication: Publication; outcome: Submitted; atMs: number }> => {
    const publication = await prepared(await connect(), example);
    await bed.fault('publish', { kind });
    const atMs = bed.nowMs;
    return { publication, outcome: await submit(publication), atMs };
  };
  const settled = async (publication: Publication, atMs: number, taken: readonly string[] = []): Promise<LookupReading | undefined> => {
    await bed.pass(manifest.submitDeadlineMs + manifest.protection.settleMs);
    for (let round = 0; round < MOST_LOOKUPS; round += 1) {
      const reading = await bed.lookup(publication, atMs, taken);
      if (reading?.kind !== 'inconclusive') return reading;
      await bed.pass(MINUTE_MS);
    }
    throw new Error('The look-up never said anything.');
  };

  const absent = FEATURES.flatMap((feature): [Feature, string][] => {
    const reason = lacks[feature] ?? manifest.features[feature];
    return reason === true ? [] : [[feature, reason]];
  });
  it.each(absent)('has no %s: %s', (feature, reason) => {
    expect(reason).toMatch(/\.$/);
    expect(scenario.examples()[feature as PostFeature]).toBeUndefined();
    if (publish === undefined) return;
    const text = { text: 'text', options: manifest.options.safeParse({}).data ?? {} };
    const refused: Partial<Record<Feature, () => unknown[]>> = {
      text: () => checkContent(manifest, text, []),
      image: () => checkContent(manifest, text, [mediaFile({ type: 'image' })]),
      images: () => checkContent(manifest, text, [mediaFile({ type: 'image' }), mediaFile({ type: 'image' })]),
      video: () => checkContent(manifest, text, [mediaFile({ type: 'video' })]),
      gif: () => checkContent(manifest, text, [mediaFile({ type: 'gif' })]),
      document: () => checkContent(manifest, text, [mediaFile({ type: 'document' })]),
    };
    expect(refused[feature]?.() ?? ['nothing to check']).not.toEqual([]);
  });

  const { accountReader } = connector;
  if (accountReader !== undefined) {
    it('is read again as it was connected, and what is unclear says nothing', async () => {
      const { account, credential } = await connect();
      const read = (): ReturnType<typeof accountReader.read> => accountReader.read(bed.context(credential.extra), credential);
      const news = await read();
      expect({ ...account, ...(news.ok ? news.value : { platformUserId: news.failure.message }) }).toEqual(account);
      await bed.fault('profile', { kind: 'malformed' });
      expect(await read()).toMatchObject({ ok: false });
    });
  }

  if (manifest.auth.oauth !== undefined) {
    const { oauth } = connector;
    describe('connecting by OAuth', () => {
      it('leads through consent to tokens and accounts, and the same account again is the same', async () => {
        const params = await bed.consent(scenario.account, byLogin);
        expect(params.get('state')).toBe('the state');
        const first = await bed.connectByOAuth(scenario.account, byLogin);
        const again = await bed.connectByOAuth(scenario.account, byLogin);
        expect(first.account.platformUserId).toBe(again.account.platformUserId);
        expect(first.account.displayName ?? first.account.username).toEqual(expect.any(String));
        expect(again.grant.accessToken).not.toBe('');
      });
      it('comes back with an error when the user refuses', async () => {
        const params = await bed.consent(scenario.account, { ...byLogin, decision: 'deny' });
        expect(params.get('error')).toEqual(expect.any(String));
        expect([params.get('code'), params.get('state')]).toEqual([null, 'the state']);
      });
      it('tells a wrong code from a wrong app', async () => {
        const code = (await bed.consent(scenario.account, byLogin)).get('code') ?? '';
        expect(await exchange('made-up')).toMatchObject({ ok: false, failure: { kind: 'denied' } });
        expect(await exchange(code, WRONG_APP)).toMatchObject({ ok: false, failure: { kind: 'app' } });
      });
      it('takes a code once', async () => {
        const code = (await bed.consent(scenario.account, byLogin)).get('code') ?? '';
        expect(await exchange(code)).toMatchObject({ ok: true });
        expect(await exchange(code)).toMatchObject({ ok: false, failure: { kind: 'denied' } });
      });
      it.each(['server_error_before', 'malformed', 'drop_after', 'redirect'] as const)('survives %s at the token endpoint', async (kind) => {
        const code = (await bed.consent(scenario.account, byLogin)).get('code') ?? '';
        await bed.fault('token', { kind });
        expect(await exchange(code)).toMatchObject({ ok: false, failure: { kind: 'platform' } });
      });
      it('survives a platform that does not tell the account', async () => {
        const grant = await exchange((await bed.consent(scenario.account, byLogin)).get('code') ?? '');
        if (!grant.ok || oauth === undefined) throw new Error('not connected');
        await bed.fault('profile', { kind: 'malformed' });
        const accounts = await oauth.accounts(bed.context(grant.value.extra), { client: CLIENT, credential: toCredential(grant.value) });
        expect(accounts).toMatchObject({ ok: false, failure: { kind: 'platform' } });
      });
      if (has('selection')) {
        it('offers every account that the consent reaches', async () => {
          const grant = await exchange((await bed.consent(scenario.severalAccounts, byLogin)).get('code') ?? '');
          if (!grant.ok || oauth === undefined) throw new Error('not connected');
          const accounts = await oauth.accounts(bed.context(grant.value.extra), { client: CLIENT, credential: toCredential(grant.value) });
          const ids = accounts.ok ? accounts.value.map(({ profile }) => profile.platformUserId) : [];
          expect(ids.length).toBeGreaterThan(1);
          expect(new Set(ids).size).toBe(ids.length);
        });
      }
    });
  }

  if (manifest.auth.credentials !== undefined) {
    describe('connecting with a credential', () => {
      const { good, bad } = scenario.credentials ?? { good: {}, bad: {} };
      it('tries the credential and reads the account, the same one again', async () => {
        const first = await bed.connectWith(good);
        expect((await bed.connectWith(good)).account.platformUserId).toBe(first.account.platformUserId);
        expect(first.account.displayName ?? first.account.username).toEqual(expect.any(String));
      });
      it('tells a wrong credential from a platform that does not answer', async () => {
        expect(await bed.tryCredential(bad)).toMatchObject({ ok: false, failure: { kind: 'credential' } });
        for (const operation of ['token', 'profile']) await bed.fault(operation, { kind: 'server_error_before' });
        expect(await bed.tryCredential(good)).toMatchObject({ ok: false, failure: { kind: 'platform' } });
      });
    });
  }

  if (has('refresh')) {
    describe('renewing', () => {
      const grantedBy = async (connected: Connected): Promise<Connected> => {
        const reading: RefreshReading | HttpOutcome = await bed.refresh(connected);
        if (reading.kind !== 'granted') throw new Error(`not renewed: ${JSON.stringify(reading)}`);
        const grant = { ...connected.grant, ...reading.grant, extra: { ...connected.grant.extra, ...reading.grant.extra } };
        return { ...connected, grant, credential: toCredential(grant) };
      };
      const facts = manifest.auth.oauth ?? manifest.auth.credentials;
      const aged = async (): Promise<Connected> => {
        const connected = await connect();
        await bed.pass(facts?.refreshMinAgeMs ?? MINUTE_MS);
        return connected;
      };
      it(publish === undefined ? 'gives other tokens' : 'gives a token that publishes when the one before is over', async () => {
        const connected = await aged();
        const renewed = await grantedBy(connected);
        expect(renewed.grant.accessToken).not.toBe(connected.grant.accessToken);
        if (publish === undefined) return;
        await bed.pass(Math.max(0, (connected.grant.accessExpiresAtMs ?? 0) - bed.nowMs));
        expect(await bed.publish(renewed, simplest())).toMatchObject({ kind: 'published' });
      });
      it(facts?.rotatesRefreshToken === true ? 'notices a refresh token that was used before' : 'may use its refresh token again', async () => {
        const connected = await aged();
        await grantedBy(connected);
        await bed.pass(3 * 60 * MINUTE_MS);
        const again = await bed.refresh(connected);
        expect(again.kind).toBe(facts?.rotatesRefreshToken === true ? 'reconnect' : 'granted');
      });
      it.each(['server_error_before', 'malformed', 'redirect'] as const)('takes %s for a passing trouble', async (kind) => {
        const connected = await aged();
        await bed.fault('token', { kind });
        expect((await bed.refresh(connected)).kind).toBe('transient');
      });
      if (isByOAuth && scenario.renewsWithoutApp !== true) {
        it('tells a wrong app from a dead grant', async () => {
          const connected = await aged();
          expect((await bed.refresh(connected, WRONG_APP)).kind).toBe('app');
          expect((await bed.refresh({ ...connected, credential: { ...connected.credential, refreshToken: secretText('made-up'), accessToken: secretText('made-up') } })).kind).toBe('reconnect');
        });
      }
    });
  }

  if (has('revoke')) {
    it('ends the grant at the platform', async () => {
      // What the user pasted may be the user's own to end; what Plaza was granted it ends.
      const isOurs = connector.credentials === undefined || connector.credentials.revoke !== undefined;
      const connected = isOurs ? await connect() : await bed.connectByOAuth(scenario.account);
      expect(await bed.revoke(connected)).toBe(true);
      // Where tokens are renewed, an access token may live on for its short life; the grant does not.
      if (has('refresh')) return void expect((await bed.refresh(connected)).kind).toBe('reconnect');
      expect(await bed.publish(connected, simplest())).toMatchObject({ kind: 'refused', category: expect.stringMatching(/^(token_expired|reconnect_required)$/) });
    });
  }

  if (publish === undefined) return;

  describe('publishing', () => {
    const kinds = POST_FEATURES.filter(has);
    it.each(kinds)('%s: one visible call for each part, and the platform has it once', async (feature) => {
      const example = exampleOf(feature);
      expect(checkContent(manifest, bed.publication(await connect(), example).content, example.media ?? [])).toEqual([]);
      expect(bed.attachmentsOf(example).map(({ path }) => path).toSorted()).toEqual(Object.keys(example.attachments ?? {}).toSorted());
      const connected = await connect();
      const ended = await bed.publish(connected, example);
      if (ended.kind !== 'published') throw new Error(JSON.stringify(ended));
      const ledger = await bed.ledger();
      expect(ledger).toHaveLength(ended.parts.length);
      expect(bed.visibleRequests()).toHaveLength(ended.parts.length);
      expect(bed.visibleRequests().map(({ deadlineMs }) => deadlineMs)).toEqual(ended.parts.map(() => manifest.submitDeadlineMs));
      expect(new Set(ended.parts.map(({ platformPostId }) => platformPostId)).size).toBe(ended.parts.length);
    });

    const categories = [...new Set((scenario.errors?.rules ?? []).map(({ category }) => category))].toSorted();
    it.each(categories)('is told of a refusal: %s', async (category) => {
      const name = scenario.refusals[category];
      if (name === undefined) throw new Error(`The scenario names no refusal for ${category}.`);
      if (typeof name !== 'string') return void expect(name.elsewhere).toMatch(/\.$/);
      const publication = await prepared(await connect());
      await bed.fault('publish', { kind: 'refuse', error: name });
      expect(await submit(publication)).toMatchObject({ kind: 'refused', category, message: expect.any(String) });
      expect(await bed.ledger()).toEqual([]);
    });

    it.each(['seconds', 'date', 'absent', 'absurd', 'platform'] as const)('is told to wait, as %s', async (form) => {
      const publication = await prepared(await connect());
      await bed.fault('publish', { kind: 'rate_limit', form, seconds: 120 });
      const outcome = await submit(publication);
      expect(outcome).toMatchObject({ kind: 'refused', category: expect.stringMatching(/^(rate_limited|quota_exhausted)$/) });
      const { untilMs = bed.nowMs } = outcome as Refused;
      expect(untilMs).toBeGreaterThanOrEqual(bed.nowMs);
      expect(untilMs).toBeLessThanOrEqual(bed.nowMs + 24 * 60 * MINUTE_MS);
      expect(await bed.ledger()).toEqual([]);
    });

    it.each(['drop_after', 'server_error_after', 'malformed', 'drop_before'] as const)('does not know what became of it after %s', async (kind) => {
      const { outcome } = await disturbed(kind);
      expect(outcome.kind).toBe('unknown');
    });
  });

  if (publish.status !== undefined) {
    const named = Object.entries(scenario.refusals).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    it.each(named)('a question about what was accepted that is refused is no verdict: %s', async (_category, error) => {
      for (const example of scenario.accepted === undefined ? Object.values(scenario.examples()) : [scenario.accepted()]) {
        const publication = await prepared(await connect(), example);
        const outcome = await submit(publication);
        if (outcome.kind !== 'submitted') continue;
        await bed.pass(outcome.retryInMs);
        // Some ask for the state as they look a post up.
        for (const operation of ['status', 'lookup']) await bed.fault(operation, { kind: 'refuse', error });
        expect((await publish.status?.(bed.context(publication.credential.extra), publication, outcome.handle))?.kind).toBe('refused');
        return;
      }
      throw new Error('None of the examples is submitted.');
    });
  }

  describe(`an unknown outcome, class ${manifest.protection.class}`, () => {
    const protection = manifest.protection.class;
    const settles = (): Example => (typeof scenario.settles === 'function' ? scenario.settles() : scenario.settles === undefined ? simplest() : exampleOf(scenario.settles));
    it('is that of the simplest kind of post and of each way to log in, or the manifest says what it does not hold for', () => {
      const isExcepted = scenarios.some(({ connector, settles: kind, lacks = {} }) => connector.platform === manifest.platform && (kind !== undefined || lacks.lookup !== undefined));
      expect(isExcepted).toBe(manifest.protection.exception !== undefined);
      expect(manifest.protection.exception ?? 'None.').toMatch(/\.$/);
    });
    if (protection === 'A' || protection === 'B') {
      it('makes nothing twice when it is sent again', async () => {
        const { publication } = await disturbed('drop_after', settles());
        const [entry] = await bed.ledger();
        expect(await submit(publication)).toMatchObject({ kind: 'published', platformPostId: entry?.postId });
        expect(await bed.ledger()).toHaveLength(1);
      });
    }
    if (has('lookup')) {
      it('is found when it went out', async () => {
        const { publication, atMs } = await disturbed('drop_after', settles());
        const reading = await settled(publication, atMs);
        expect(reading).toMatchObject({ kind: 'published', platformPostId: (await bed.ledger())[0]?.postId });
      });
      it('is not found when it did not', async () => {
        const { publication, atMs } = await disturbed('drop_before', settles());
        expect(await settled(publication, atMs)).toMatchObject({ kind: 'absent' });
        expect(await bed.ledger()).toEqual([]);
      });
      // Class D has no second one.
      if (protection !== 'D') {
        it('is the first of several posts of the same words', async () => {
          const { publication, atMs } = await disturbed('drop_after', settles());
          await bed.pass(manifest.submitDeadlineMs);
          expect(await bed.publish(await connect(), settles())).toMatchObject({ kind: 'published' });
          expect(await settled(publication, atMs)).toMatchObject({ kind: 'published', platformPostId: (await bed.ledger())[0]?.postId });
        });
      }
      it('is not found in another post of the same words', async () => {
        const connected = await connect();
        const other = await bed.publish(connected, settles());
        if (other.kind !== 'published') throw new Error(JSON.stringify(other));
        const publication = await prepared(connected, settles());
        await bed.fault('publish', { kind: 'drop_before' });
        const atMs = bed.nowMs;
        await submit(publication);
        expect(await settled(publication, atMs, other.parts.map(({ platformPostId }) => platformPostId))).toMatchObject({ kind: 'absent' });
      });
      if (scenario.settles !== undefined) {
        it('is never denied where the class does not hold', async () => {
          for (const kind of ['drop_before', 'drop_after'] as const) {
            const { publication, atMs } = await disturbed(kind);
            await bed.pass(manifest.submitDeadlineMs + manifest.protection.settleMs);
            expect((await bed.lookup(publication, atMs))?.kind).toMatch(/^(?:published|inconclusive)$/);
          }
        });
      }
      it('says nothing while the platform cannot be asked', async () => {
        const { publication } = await disturbed('drop_after', settles());
        for (const operation of ['lookup', 'status', 'profile', 'other']) await bed.fault(operation, { kind: 'server_error_before' });
        expect(await bed.lookup(publication)).toMatchObject({ kind: 'inconclusive' });
      });
    }
    if (protection === 'E') {
      it('cannot be looked up', async () => {
        const { publication } = await disturbed('drop_after', settles());
        expect(await bed.lookup(publication)).toBeUndefined();
      });
    }
  });

  if (has('delete')) {
    it('deletes what it published, and what is gone counts as deleted', async () => {
      const connected = await connect();
      const ended = await bed.publish(connected, (scenario.deletes ?? simplest)());
      if (ended.kind !== 'published') throw new Error(JSON.stringify(ended));
      const [part] = ended.parts;
      expect(await bed.remove(connected, part?.platformPostId ?? '')).toEqual({ kind: 'deleted' });
      expect((await bed.ledger()).map(({ deleted }) => deleted)).toEqual([true]);
      expect(await bed.remove(connected, part?.platformPostId ?? '')).toEqual({ kind: 'deleted' });
    });
  }

  if (has('analytics')) {
    it('reads the metrics of a post, and none of a post that is not there', async () => {
      const connected = await connect();
      const ended = await bed.publish(connected, simplest());
      const id = ended.kind === 'published' ? (ended.parts[0]?.platformPostId ?? '') : '';
      const reading = await bed.analytics(connected, [id, scenario.missingPostId].slice(0, connector.analytics?.batchSize));
      if (reading?.kind !== 'metrics') throw new Error(JSON.stringify(reading));
      expect(Object.values(reading.posts[id] ?? {}).some((metric) => metric !== null)).toBe(true);
      const missing = await bed.analytics(connected, [scenario.missingPostId]);
      expect(missing).toEqual({ kind: 'metrics', posts: {} });
    });
    it('says why it cannot read them', async () => {
      const connected = await connect();
      await bed.fault('analytics', { kind: 'server_error_before' });
      expect(await bed.analytics(connected, [scenario.missingPostId])).toMatchObject({ kind: 'refused', category: 'transient' });
    });
  }
});
