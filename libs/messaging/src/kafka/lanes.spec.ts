import { Lanes } from './lanes.ts';

function gates(lanes: Lanes, ...tasks: [name: string, key: string][]): { readonly started: string[]; open(name: string): Promise<void> } {
  const started: string[] = [];
  const opened = new Map(tasks.map(([name]) => [name, Promise.withResolvers<void>()]));
  for (const [name, key] of tasks) {
    lanes.run(key, async () => {
      started.push(name);
      await opened.get(name)?.promise;
    });
  }
  return {
    started,
    async open(name) {
      opened.get(name)?.resolve();
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    },
  };
}

describe('lanes', () => {
  it('run the tasks of one key one after the other and those of others beside them', async () => {
    const { started, open } = gates(new Lanes(10), ['a1', 'a'], ['a2', 'a'], ['b1', 'b']);
    expect(started).toEqual(['a1', 'b1']);
    await open('a1');
    expect(started).toEqual(['a1', 'b1', 'a2']);
  });

  it('run no more than the limit at a time, and let a short lane before the rest of a long one', async () => {
    const { started, open } = gates(new Lanes(1), ['a1', 'a'], ['a2', 'a'], ['b1', 'b']);
    expect(started).toEqual(['a1']);
    await open('a1');
    expect(started).toEqual(['a1', 'b1']);
    await open('b1');
    expect(started).toEqual(['a1', 'b1', 'a2']);
  });

  it('are idle when nothing waits and nothing runs', async () => {
    const lanes = new Lanes(1);
    await lanes.idle();
    const { started, open } = gates(lanes, ['a1', 'a'], ['b1', 'b']);
    let isIdle = false;
    const idle = lanes.idle().then(() => {
      isIdle = true;
    });
    await open('a1');
    expect([started.length, isIdle]).toEqual([2, false]);
    await open('b1');
    await idle;
  });
});
