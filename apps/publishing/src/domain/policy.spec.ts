import fc from 'fast-check';
import { backoffMs, COMMON_POLICY, type PublishPolicy } from './policy.ts';

const policy: PublishPolicy = { ...COMMON_POLICY, protection: 'L', settleMs: 60_000, submitDeadlineMs: 30_000, keyLifeMs: 0 };

describe('backoffMs', () => {
  it('stays between a tenth of a second and the cap, however often something failed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (failures, random) => {
          const waitMs = backoffMs(policy, failures, random);
          return waitMs >= 100 && waitMs <= policy.backoffCapMs && Number.isInteger(waitMs);
        },
      ),
    );
  });
  it('doubles its bound with every failure, up to the cap', () => {
    const bounds = [1, 2, 3, 4].map((failures) => backoffMs(policy, failures, 0.999_999));
    expect(bounds.map((ms) => Math.round(ms / 1000))).toEqual([2, 4, 8, 16]);
    expect(backoffMs(policy, 60, 0.999_999)).toBeGreaterThan(policy.backoffCapMs - 1_000);
  });
  it('spreads over the whole bound, so that those who failed together do not come back together', () => {
    expect(backoffMs(policy, 4, 0)).toBe(100);
    expect(backoffMs(policy, 4, 0.5)).toBe(8_000);
  });
});
