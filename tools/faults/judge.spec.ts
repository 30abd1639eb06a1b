import { isClean, judge, type Evidence } from './judge.mjs';

const one = (state: string | undefined, times: number, rest: Partial<Evidence> = {}) =>
  judge({
    accepted: [{ text: 'a' }],
    targets: state === undefined ? [] : [{ text: 'a', state }],
    ledger: Array.from({ length: times }, () => ({ text: 'a' })),
    ...rest,
  });

describe('the judge of the fault suite', () => {
  it('is content with a post that was published once', () => {
    expect(one('published', 1)).toEqual({ accepted: 1, published: 1, unconfirmed: 0, failed: 0, lost: [], doubled: [], stuck: [], unexplained: [] });
    expect(isClean(one('published', 1))).toBe(true);
  });

  it.each([
    ['that is gone', undefined, 0],
    ['that is called published and that the platform never saw', 'published', 0],
    ['that was given up without a reason', 'failed', 0],
    ['that was canceled by no one', 'canceled', 0],
  ])('finds a post lost %s', (_what, state, times) => {
    expect(one(state, times).lost).toEqual(['a']);
    expect(isClean(one(state, times))).toBe(false);
  });

  it('finds each post of a thread, lost or doubled', () => {
    const thread = (state: string, ...seen: readonly string[]) =>
      judge({ accepted: [{ text: 'a thread' }], targets: [{ text: 'a thread', state }], ledger: seen.map((text) => ({ text })) });
    const whole = ['a thread', 'a thread 2 of 3', 'a thread 3 of 3'];
    expect(isClean(thread('published', ...whole))).toBe(true);
    expect(thread('published', ...whole.slice(0, 2)).lost).toEqual(['a thread']);
    expect(thread('published', ...whole, 'a thread 2 of 3').doubled).toEqual(['a thread']);
    expect(thread('failed', ...whole.slice(0, 1)).unexplained).toEqual(['a thread']);
  });

  it.each(['published', 'unconfirmed', 'failed', 'due'])('finds a post doubled, whatever Plaza says of it: %s', (state) => {
    expect(one(state, 2).doubled).toEqual(['a']);
    expect(isClean(one(state, 2, { mayBeUnconfirmed: new Set(['a']), mayFail: new Set(['a']) }))).toBe(false);
  });

  it.each(['scheduled', 'due', 'claimed', 'dispatching', 'submitted', 'processing', 'unknown', 'reconciling'])('finds a post stuck that is still %s', (state) => {
    expect(one(state, 0).stuck).toEqual(['a']);
    expect(isClean(one(state, 0))).toBe(false);
  });

  it('takes doubt only where something happened that explains it', () => {
    expect(one('unconfirmed', 1).unexplained).toEqual(['a']);
    expect(one('unconfirmed', 1, { mayBeUnconfirmed: new Set(['a']) }).unexplained).toEqual([]);
  });

  it('takes a failure only with its reason, and never of a post that the platform has', () => {
    expect(isClean(one('failed', 0, { mayFail: new Set(['a']) }))).toBe(true);
    expect(one('failed', 1, { mayFail: new Set(['a']) }).unexplained).toEqual(['a']);
  });

  it('judges posts whose acceptance was not heard, too', () => {
    expect(one('published', 2, { accepted: [] }).doubled).toEqual(['a']);
    expect(one('due', 0, { accepted: [] }).stuck).toEqual(['a']);
  });
});
