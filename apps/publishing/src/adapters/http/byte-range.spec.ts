import { readRange } from './byte-range.ts';

describe('readRange', () => {
  it.each([
    ['bytes=0-0', { start: 0, end: 1 }],
    ['bytes=2-', { start: 2, end: 10 }],
    ['bytes=-3', { start: 7, end: 10 }],
    ['bytes=-30', { start: 0, end: 10 }],
    ['bytes=5-99', { start: 5, end: 10 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5-2', undefined],
    ['bytes=0-1,3-4', undefined],
    ['pages=1-2', undefined],
    ['bytes=-', undefined],
    [undefined, undefined],
  ])('reads %s of ten bytes', (header, range) => expect(readRange(header, 10)).toEqual(range));
});
