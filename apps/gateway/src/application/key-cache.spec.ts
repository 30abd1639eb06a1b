import { newId, type UnitOfWork } from '@plaza/chassis';
import { appendToOutbox } from '@plaza/messaging';
import { testDatabase, testWork, type TestDatabase } from '@plaza/testing';
import { PostgresKeyRepository } from '../adapters/postgres/key.repository.ts';
import { KeyCache } from './key-cache.ts';
import { ManageKeys } from './manage-keys.ts';
import { ManageProjects } from './manage-projects.ts';

describe('the cache of keys', () => {
  const repository = new PostgresKeyRepository();
  let database: TestDatabase;
  let work: UnitOfWork;
  let keys: ManageKeys;
  let projectId: string;
  let nowMs = Date.now();

  beforeAll(async () => {
    database = await testDatabase();
    work = await testWork(database, 'gateway');
    keys = new ManageKeys(work, repository, { append: (tx, events) => appendToOutbox(tx, events) }, () => new Date());
    projectId = (await new ManageProjects(work, () => new Date()).ensure('cache')).project.projectId;
  });
  afterAll(() => database.drop());

  const create = async () => {
    const made = await keys.create({ projectId, name: newId(), mode: 'test', scopes: ['posts.read'], expiresAt: null });
    if (!made.ok) throw new Error(made.failure.message);
    return made.value;
  };
  const cacheOf = (unit: UnitOfWork) => new KeyCache(unit, repository, () => nowMs);

  it('refuses a revoked key from the next poll on, though no time has passed', async () => {
    const cache = cacheOf(work);
    const { key, text } = await create();
    await cache.poll();
    expect((await cache.authenticate(text))?.id).toBe(key.id);
    await keys.revoke(projectId, key.id);
    expect((await cache.authenticate(text))?.id).toBe(key.id);
    await cache.poll();
    expect(await cache.authenticate(text)).toBeUndefined();
  });

  it('refuses a revoked key at once when its event arrives', async () => {
    const cache = cacheOf(work);
    const { key, text } = await create();
    await cache.poll();
    await cache.authenticate(text);
    await keys.revoke(projectId, key.id);
    cache.drop(key.id);
    expect(await cache.authenticate(text)).toBeUndefined();
  });

  it('trusts nothing that it remembers once it could not ask for a second', async () => {
    const outage = { isOn: false };
    const unit = { system: (run: Parameters<UnitOfWork['system']>[0]) => (outage.isOn ? Promise.reject(new Error('The database is gone.')) : work.system(run)) } as unknown as UnitOfWork;
    const cache = cacheOf(unit);
    const { text } = await create();
    await cache.poll();
    expect(await cache.authenticate(text)).toBeDefined();
    outage.isOn = true;
    nowMs += 900;
    expect(await cache.authenticate(text)).toBeDefined();
    nowMs += 200;
    await expect(cache.authenticate(text)).rejects.toThrow('The database is gone.');
  });
});
