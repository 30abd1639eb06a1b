import { currentWork, runInWork } from '../observe/work-context.ts';
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

  it('works as its first member, and not as the one that began a group before it', async () => {
    const traces: (string | undefined)[] = [];
    const held = recorded(async (inputs) => {
      traces.push(currentWork()?.traceparent);
      // What comes meanwhile is taken by the very loop that the first one began.
      if (inputs.includes('a')) void runInWork({ traceparent: 'b' }, () => held.group.submit('b'));
      return upper(inputs);
    });
    await runInWork({ traceparent: 'a' }, () => held.group.submit('a'));
    await held.group.submit('c');
    expect(traces.slice(0, 2)).toEqual(['a', 'b']);
  });
});
