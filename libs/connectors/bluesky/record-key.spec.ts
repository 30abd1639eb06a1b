import { recordKey } from './record-key.ts';

const DUE = Date.parse('2026-11-22T10:00:00.000Z');
const TID = /^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$/;

/** The instant that a TID tells, in milliseconds. */
function instantOf(tid: string): number {
  let value = 0n;
  for (const character of tid) value = value * 32n + BigInt('234567abcdefghijklmnopqrstuvwxyz'.indexOf(character));
  return Number(value >> 10n) / 1000;
}

describe('recordKey', () => {
  it('is a TID of the second in which the post is due', () => {
    const key = recordKey('publication', DUE + 999);
    expect(key).toMatch(TID);
    expect(instantOf(key)).toBeGreaterThanOrEqual(DUE);
    expect(instantOf(key)).toBeLessThan(DUE + 1000);
  });
  it('is the same for every attempt: a key that changed between releases would publish twice', () => {
    expect(recordKey('publication', DUE)).toBe('3n2ve77r646ua');
  });
  it('differs between publications of the same instant', () => {
    const keys = new Set(Array.from({ length: 1000 }, (_, index) => recordKey(`publication ${index}`, DUE)));
    expect(keys.size).toBe(1000);
  });
  it('sorts later posts after earlier ones', () => {
    expect(recordKey('a', DUE) < recordKey('b', DUE + 1000)).toBe(true);
  });
});
