import type { JournalEntry } from './ports.ts';
import { Ledger } from './ledger.ts';
import { applyEntry, World, type Rows } from './world.ts';

describe('a table', () => {
  it('keeps no more rows than it may; the oldest give way', () => {
    const table = new World().table<number>('t', 2);
    for (const value of [1, 2, 3]) table.set(`k${value}`, value);
    expect([...table.values()]).toEqual([2, 3]);
    expect(table.get('k1')).toBeUndefined();
  });
  it('is rebuilt from its journal exactly, evictions and deletions included', () => {
    const written: JournalEntry[] = [];
    const world = new World(new Map(), { append: (entry) => written.push(entry) });
    const table = world.table<number>('t', 2);
    for (const key of ['a', 'b', 'c', 'a']) table.set(key, written.length);
    table.delete('c');
    world.table<number>('other').set('x', 1);
    world.table<number>('other').clear();
    const rows: Rows = new Map();
    for (const entry of written) applyEntry(rows, entry);
    expect([...new World(rows).table<number>('t', 2).values()]).toEqual([...table.values()]);
    expect([...new World(rows).table<number>('other').values()]).toEqual([]);
  });
});

describe('the ledger', () => {
  it('does not hide that the same id was published twice', () => {
    const ledger = new Ledger(new World());
    const entry = { platform: 'p', accountId: 'a', postId: '1', text: 't', atMs: 0, deleted: false };
    ledger.record(entry);
    ledger.record(entry);
    expect(ledger.entries({})).toHaveLength(2);
    ledger.forget('p', '1');
    expect(ledger.entries({}).map(({ deleted }) => deleted)).toEqual([true, true]);
  });
});
