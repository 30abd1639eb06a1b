import { AsyncLocalStorage } from 'node:async_hooks';
import { GroupCommit } from './group-commit.ts';

function recorded(run: (inputs: readonly string[]) => Promise<readonly string[]>, maxSize = 10): { groups: (readonly string[])[]; group: GroupCommit<string, string> } {
  const groups: (readonly string[])[] = [];
  const group = new GroupCommit<string, string>({
    maxSize,
    async run(inputs) {
      groups.push(inputs);
      return run(inputs);
    },
  });
  return { groups, group };
}

const upper = async (inputs: readonly string[]): Promise<string[]> => inputs.map((input) => input.toUpperCase());

describe('a group commit', () => {
  it('takes what comes at the same time into one transaction, and gives each caller its own answer', async () => {
    const { groups, group } = recorded(upper);
    expect(await Promise.all(['a', 'b', 'c'].map((input) => group.submit(input)))).toEqual(['A', 'B', 'C']);
    expect(groups).toEqual([['a', 'b', 'c']]);
  });

  it('lets what comes during a transaction wait for the next one', async () => {
    const gate = Promise.withResolvers<void>();
    const began = Promise.withResolvers<void>();
    const { groups, group } = recorded(async (inputs) => {
      if (inputs.includes('first')) {
        began.resolve();
        await gate.promise;
      }
      return upper(inputs);
    });
    const first = group.submit('first');
    await began.promise;
    const later = ['a', 'b'].map((input) => group.submit(input));
    expect(groups).toEqual([['first']]);
    gate.resolve();
    expect(await Promise.all([first, ...later])).toEqual(['FIRST', 'A', 'B']);
    expect(groups).toEqual([['first'], ['a', 'b']]);
  });

  it('holds no more in a transaction than it may', async () => {
    const { groups, group } = recorded(upper, 2);
    await Promise.all(['a', 'b', 'c'].map((input) => group.submit(input)));
    expect(groups).toEqual([['a', 'b'], ['c']]);
  });

  it('fails no caller for the fault of another', async () => {
    const { groups, group } = recorded(async (inputs) => {
      if (inputs.includes('bad')) throw new Error('It cannot be done.');
      return upper(inputs);
    });
    const answers = await Promise.allSettled(['a', 'bad', 'c'].map((input) => group.submit(input)));
    expect(answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : String(answer.reason)))).toEqual(['A', 'Error: It cannot be done.', 'C']);
    expect(groups).toEqual([['a', 'bad', 'c'], ['a'], ['bad'], ['c']]);
    expect(await group.submit('d')).toBe('D');
  });

  it('keeps kinds apart: what is of another kind neither joins nor waits', async () => {
    const gate = Promise.withResolvers<void>();
    const groups: (readonly string[])[] = [];
    const group = new GroupCommit<string, string>({
      maxSize: 10,
      kindOf: (input) => input.slice(0, 1),
      async run(inputs) {
        groups.push(inputs);
        if (inputs.includes('a1')) await gate.promise;
        return upper(inputs);
      },
    });
    const slow = ['a1', 'a2'].map((input) => group.submit(input));
    expect(await Promise.all(['b1', 'b2'].map((input) => group.submit(input)))).toEqual(['B1', 'B2']);
    const later = group.submit('a3');
    gate.resolve();
    expect(await Promise.all([...slow, later])).toEqual(['A1', 'A2', 'A3']);
    expect(groups).toEqual([['a1', 'a2'], ['b1', 'b2'], ['a3']]);
  });

  it('lets no slow group hold up the next, where several may be under way', async () => {
    const gate = Promise.withResolvers<void>();
    const groups: (readonly string[])[] = [];
    const group = new GroupCommit<string, string>({
      maxSize: 2,
      parallel: 2,
      async run(inputs) {
        groups.push(inputs);
        if (inputs.includes('slow')) await gate.promise;
        return upper(inputs);
      },
    });
    const slow = ['slow', 'a'].map((input) => group.submit(input));
    expect(await Promise.all(['b', 'c', 'd'].map((input) => group.submit(input)))).toEqual(['B', 'C', 'D']);
    gate.resolve();
    expect(await Promise.all(slow)).toEqual(['SLOW', 'A']);
    expect(groups).toEqual([['slow', 'a'], ['b', 'c'], ['d']]);
  });

  it('works as its first member, and not as the one that began a group before it', async () => {
    const work = new AsyncLocalStorage<string>();
    const works: (string | undefined)[] = [];
    const held = recorded(async (inputs) => {
      works.push(work.getStore());
      // What comes meanwhile is taken by the very loop that the first one began.
      if (inputs.includes('a')) void work.run('b', () => held.group.submit('b'));
      return upper(inputs);
    });
    await work.run('a', () => held.group.submit('a'));
    await held.group.submit('c');
    expect(works.slice(0, 2)).toEqual(['a', 'b']);
  });
});
