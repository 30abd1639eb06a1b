import { backoffMs } from './backoff.ts';

const policy = { maxAttempts: 10, baseMs: 1_000, capMs: 60_000 };
const bound = (attempts: number) => backoffMs(policy, attempts, () => 0.999_999_999);

describe('the wait before the next try', () => {
  test('doubles with every failure, up to the cap', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 50].map((attempts) => Math.ceil(bound(attempts) / 1_000))).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  test('lies anywhere between nothing and its bound, so that retries do not come in herds', () => {
    expect([0, 0.25, 0.5].map((random) => backoffMs(policy, 3, () => random))).toEqual([0, 1_000, 2_000]);
  });
});
