import { cleanUp, newDataFolder, startPlaza, type PlazaProcess } from './plaza-process.spec-support.ts';
import { describeWalk } from './walk.spec-support.ts';

const dataFolder = newDataFolder();
let plaza: PlazaProcess;

describeWalk('one real process', async () => {
  plaza = await startPlaza({ dataFolder });
  const testKey = plaza.key('test');
  let earlier = '';
  return {
    get url() {
      return plaza.url;
    },
    testKey,
    async restart(signal) {
      plaza.signal(signal);
      expect(await plaza.exited).toBe(signal === 'SIGTERM' ? 0 : null);
      earlier += plaza.output();
      plaza = await startPlaza({ dataFolder });
    },
    output: () => earlier + plaza.output(),
    cleanUp: () => cleanUp(plaza, dataFolder),
  };
});

describe('the first start', () => {
  const folder = newDataFolder();
  let first: PlazaProcess;
  afterAll(() => cleanUp(first, folder), 60_000);

  it('prints both keys, the address, the docs and the data folder, and a later one no key', async () => {
    first = await startPlaza({ dataFolder: folder });
    expect(first.output()).toMatch(/^live key {2}pz_live_[0-9A-Za-z]{52}$/m);
    expect(first.output()).toMatch(/^test key {2}pz_test_[0-9A-Za-z]{52}$/m);
    expect(first.output()).toMatch(/^docs +http:\/\/127\.0\.0\.1:\d+\/docs$/m);
    expect(first.output()).toContain(folder);
    first.signal('SIGTERM');
    await first.exited;
    first = await startPlaza({ dataFolder: folder });
    expect(first.output()).not.toContain('key  pz_');
  }, 60_000);
});
