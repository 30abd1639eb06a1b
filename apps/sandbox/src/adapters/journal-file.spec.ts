import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyEntry } from '../application/world.ts';
import { openJournal } from './journal-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plaza-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('has every entry on the way to the disk when append returns: a kill right after loses nothing', () => {
  const path = join(folder, 'journal');
  const module = new URL('./journal-file.ts', import.meta.url).href;
  const script = `
    const { openJournal } = await import(${JSON.stringify(module)});
    const { journal } = openJournal(${JSON.stringify(path)});
    for (let n = 0; n < 1000; n += 1) journal.append({ table: 't', key: String(n), value: n });
    process.kill(process.pid, 'SIGKILL');`;
  const run = spawnSync(process.execPath, ['--experimental-strip-types', '--no-warnings', '--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  expect(run).toMatchObject({ signal: 'SIGKILL', stderr: '' });
  const { rows, close } = openJournal(path);
  close();
  expect(rows.get('t')?.size).toBe(1000);
});

it('drops broken lines and is readable by its owner only', () => {
  const path = join(folder, 'journal');
  writeFileSync(path, '{"table":"t","key":"a","value":1}\n\n{"table":"t","key":"b","va');
  const { rows, close } = openJournal(path);
  close();
  expect([...(rows.get('t') ?? [])]).toEqual([['a', 1]]);
  expect(readFileSync(path, 'utf8')).toBe('{"table":"t","key":"a","value":1}\n');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it('is compacted while it runs, so that rows that change for ever do not fill the disk', () => {
  const path = join(folder, 'journal');
  const { rows, journal, close } = openJournal(path);
  for (let n = 0; n < 100_500; n += 1) {
    const entry = { table: 't', key: 'same', value: n };
    journal.append(entry);
    applyEntry(rows, entry);
  }
  close();
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  expect(lines.length).toBeLessThan(1000);
  expect(lines.at(-1)).toBe('{"table":"t","key":"same","value":100499}');
});
