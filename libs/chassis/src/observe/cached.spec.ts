import { cached } from './cached.ts';

describe('a cached answer', () => {
  let nowMs = 0;
  let asked = 0;
  const ask = cached(15_000, async () => (asked += 1), () => nowMs);

  test('is asked for once in its life, and anew after it', async () => {
    expect([await ask(), await ask()]).toEqual([1, 1]);
    nowMs = 14_999;
    expect(await ask()).toBe(1);
    nowMs = 15_000;
    expect(await ask()).toBe(2);
  });

  test('is asked for once by many who come at a time', async () => {
    nowMs = 60_000;
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([3, 3, 3]);
  });

  test('that failed is not kept', async () => {
    let isBroken = true;
    const shaky = cached(15_000, async () => (isBroken ? Promise.reject(new Error('The database is away.')) : 'well'), () => nowMs);
    await expect(shaky()).rejects.toThrow('away');
    isBroken = false;
    expect(await shaky()).toBe('well');
  });
});
