import fc from 'fast-check';
import { PartitionPosition } from './partition-position.ts';

describe('the position in a partition', () => {
  it('moves only past what has ended, in whatever order messages end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.array(fc.nat({ max: 29 }), { maxLength: 40 }), (count, order) => {
        const position = new PartitionPosition();
        // Offsets need not be contiguous: compaction and transactions leave gaps.
        const offsets = Array.from({ length: count }, (_none, index) => BigInt(index * 3 + 5));
        for (const offset of offsets) position.take(offset);
        const ended = new Set<bigint>();
        for (const index of order) {
          const offset = offsets[index];
          if (offset === undefined || ended.has(offset)) continue;
          position.end(offset);
          ended.add(offset);
          const firstOpen = offsets.find((candidate) => !ended.has(candidate));
          expect(position.toCommit).toBe(firstOpen ?? (offsets.at(-1) ?? 0n) + 1n);
        }
      }),
    );
  });

  it('has nothing to commit before the first message, nor what is committed already', () => {
    const position = new PartitionPosition();
    expect(position.toCommit).toBeUndefined();
    position.take(4n);
    position.end(4n);
    position.noteCommitted(5n);
    expect(position.toCommit).toBeUndefined();
  });

  it('knows how many messages wait', () => {
    const position = new PartitionPosition();
    position.see('10');
    position.take(6n);
    position.take(7n);
    position.end(6n);
    expect(position.lag).toBe(3);
    expect(position.underWay).toBe(1);
  });
});
