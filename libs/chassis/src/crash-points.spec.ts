import { spawnSync } from 'node:child_process';

const FILE = new URL('./crash-points.ts', import.meta.url).href;

/** A process of its own that passes the points given; `at` is where it is to die. */
function run(at: string | undefined, ...points: string[]): { signal: string | null; passed: string } {
  const code = `
    import { writeSync } from 'node:fs';
    import { CrashPoints } from ${JSON.stringify(FILE)};
    process.on('exit', () => writeSync(1, 'handlers ran'));
    const crash = new CrashPoints(${JSON.stringify(at)});
    for (const point of ${JSON.stringify(points)}) { crash.pass(point); writeSync(1, point + ' '); }`;
  const { signal, stdout } = spawnSync(process.execPath, ['--no-warnings', '--input-type=module', '--eval', code], { encoding: 'utf8' });
  return { signal, passed: stdout };
}

describe('a crash point', () => {
  test('kills the process where it stands, without handlers', () => {
    expect(run('b', 'a', 'b', 'c')).toEqual({ signal: 'SIGKILL', passed: 'a ' });
  });

  test('kills at the n-th passing', () => {
    expect(run('a:3', 'a', 'a', 'b', 'a', 'a')).toEqual({ signal: 'SIGKILL', passed: 'a a b ' });
  });

  test.each([[undefined], [''], ['other']])('does nothing when it is not asked for (%p)', (at) => {
    expect(run(at, 'a', 'a')).toEqual({ signal: null, passed: 'a a handlers ran' });
  });
});
