import { Loop } from './loop.ts';

const NEVER_MS = 2 ** 30;

describe('a loop', () => {
  test('goes on at once while there is more work, and ends its rest when woken', async () => {
    const answers = [0, 0, NEVER_MS, 0, NEVER_MS];
    const rested = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let steps = 0;
    const loop = new Loop({
      restMs: NEVER_MS,
      onError: () => undefined,
      step: async () => {
        steps += 1;
        if (steps === 3) rested[0]?.resolve();
        if (steps === 5) rested[1]?.resolve();
        return answers[steps - 1] ?? NEVER_MS;
      },
    });
    loop.start();
    await rested[0]?.promise;
    loop.wake();
    await rested[1]?.promise;
    await loop.stop();
    expect(steps).toBe(5);
  });

  test('does not miss a wake-up that comes during a step', async () => {
    const second = Promise.withResolvers<void>();
    let steps = 0;
    const loop: Loop = new Loop({
      restMs: NEVER_MS,
      onError: () => undefined,
      step: async () => {
        steps += 1;
        if (steps === 1) loop.wake();
        if (steps === 2) second.resolve();
        return NEVER_MS;
      },
    });
    loop.start();
    await second.promise;
    await loop.stop();
  });

  test('reports a step that fails and goes on, and lets the step under way finish when it is stopped', async () => {
    const gate = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const errors: unknown[] = [];
    let isFinished = false;
    let steps = 0;
    const loop = new Loop({
      restMs: 1,
      onError: (error) => errors.push(error),
      step: async () => {
        steps += 1;
        if (steps === 1) throw new Error('It fails.');
        started.resolve();
        await gate.promise;
        isFinished = true;
        return 0;
      },
    });
    loop.start();
    await started.promise;
    const stopped = loop.stop();
    gate.resolve();
    await stopped;
    expect({ isFinished, steps, errors }).toEqual({ isFinished: true, steps: 2, errors: [new Error('It fails.')] });
  });
});
