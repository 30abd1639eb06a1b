import { SlidingWindow } from './sliding-window.ts';

const LIMIT = 600;
const WINDOW_MS = 60_000;

describe('600 a minute', () => {
  it('means never more than 600 in any 60 seconds, however they come', () => {
    const window = new SlidingWindow(LIMIT, WINDOW_MS);
    const admitted: number[] = [];
    let nowMs = 0;
    let seed = 7;
    for (let request = 0; request < 50_000; request += 1) {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      nowMs += seed % 40;
      if (window.take(nowMs).isAllowed) admitted.push(nowMs);
    }
    admitted.forEach((at, index) => {
      const earlier = admitted[index - LIMIT];
      if (earlier !== undefined) expect(at - earlier).toBeGreaterThanOrEqual(WINDOW_MS);
    });
    expect(admitted.length).toBeGreaterThan(LIMIT * 10);
  });

  it('means that a steady 9.8 a second is never refused', () => {
    const window = new SlidingWindow(LIMIT, WINDOW_MS);
    for (let request = 0; request < 20_000; request += 1) expect(window.take(request * (1000 / 9.8)).isAllowed).toBe(true);
  });

  it('says how many are left and how long to wait, exactly', () => {
    const window = new SlidingWindow(3, 1_000);
    expect(window.take(0)).toEqual({ isAllowed: true, remaining: 2, retryInMs: 0 });
    expect(window.take(400)).toEqual({ isAllowed: true, remaining: 1, retryInMs: 0 });
    expect(window.take(500)).toEqual({ isAllowed: true, remaining: 0, retryInMs: 0 });
    expect(window.take(700)).toEqual({ isAllowed: false, remaining: 0, retryInMs: 300 });
    expect(window.take(1_000)).toEqual({ isAllowed: true, remaining: 0, retryInMs: 0 });
  });
});
