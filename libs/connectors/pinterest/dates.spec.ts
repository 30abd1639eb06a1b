import { execFileSync } from 'node:child_process';
import { utcMs } from './dates.ts';

const INSTANT_MS = Date.UTC(2026, 0, 1, 20, 10, 40);

describe('dates of Pinterest', () => {
  it.each(['UTC', 'Asia/Tokyo', 'America/Los_Angeles'])('are in UTC where Plaza runs in %s', (zone) => {
    const script = `import { utcMs } from ${JSON.stringify(new URL('dates.ts', import.meta.url).href)}; console.log(utcMs('2026-01-01T20:10:40'));`;
    const told = execFileSync(process.execPath, ['--input-type=module', '-e', script], { env: { TZ: zone }, encoding: 'utf8' });
    expect(Number(told)).toBe(INSTANT_MS);
  });

  it('keep a zone that they name', () => {
    expect(['2026-01-01T20:10:40Z', '2026-01-01T22:10:40+02:00'].map(utcMs)).toEqual([INSTANT_MS, INSTANT_MS]);
    expect([null, undefined, 'yesterday'].map(utcMs)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });
});
