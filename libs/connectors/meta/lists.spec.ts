import { findListed, type Listed } from './lists.ts';

const pages = (count: number) => async (after: string | undefined): Promise<{ readonly kind: 'answer'; readonly value: Listed<number> }> => {
  const at = Number(after ?? 0);
  const paging = { cursors: { after: String(at + 1) }, ...(at + 1 < count ? { next: 'https://elsewhere.example/' } : {}) };
  return { kind: 'answer', value: { data: [at], paging } };
};

describe('a list of the Graph API', () => {
  it.each([
    ['a hit on the last page', 5, 4, { kind: 'hit', item: 4 }],
    ['none on any page', 5, 9, { kind: 'absent' }],
    ['none on as many pages as are read', 6, 9, { kind: 'inconclusive', message: expect.any(String) }],
  ])('has %s', async (_name, count, wanted, expected) => expect(await findListed(pages(count), (item) => item === wanted)).toEqual(expected));

  it('says nothing when a page cannot be read', async () => {
    const refused = { kind: 'refused', category: 'transient', code: '2', message: 'later' } as const;
    expect(await findListed(async () => refused, () => true)).toEqual({ kind: 'inconclusive', message: 'later' });
  });
});
