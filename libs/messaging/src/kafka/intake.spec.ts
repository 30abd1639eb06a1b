import type { EachBatchPayload } from './broker.ts';
import { Intake } from './intake.ts';

/** Messages of partition 0 with these offsets; the key is the offset unless one is given. */
function batch(offsets: readonly number[], key?: string): { payload: EachBatchPayload; resolved: string[] } {
  const resolved: string[] = [];
  const messages = offsets.map((offset) => ({ key: Buffer.from(key ?? String(offset)), value: Buffer.from('{}'), offset: String(offset), timestamp: '0', attributes: 0, headers: {} }));
  const payload = {
    batch: { topic: 't', partition: 0, highWatermark: '1000', messages },
    resolveOffset: (offset: string) => void resolved.push(offset),
    heartbeat: async () => undefined,
    isRunning: () => true,
    isStale: () => false,
  };
  return { payload: payload as unknown as EachBatchPayload, resolved };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_none, index) => from + index);

interface Delivery {
  readonly key: string;
  readonly end: () => void;
  readonly reject: () => void;
}

/** An intake whose deliveries the test ends one by one. */
function bench(): { intake: Intake; deliveries: Delivery[]; pauses: string[]; delivered(count: number): Promise<void> } {
  const deliveries: Delivery[] = [];
  const pauses: string[] = [];
  let seen: () => void = () => undefined;
  const intake = new Intake({
    eventType: (topic) => topic,
    deliver: async ({ key }) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      deliveries.push({ key, end: resolve, reject: () => reject(new Error('The database is away.')) });
      seen();
      await promise;
    },
    pause: () => void pauses.push('pause'),
    resume: () => void pauses.push('resume'),
    onTrouble: () => undefined,
  });
  const delivered = async (count: number): Promise<void> => {
    while (deliveries.length < count) {
      await new Promise<void>((resolve) => {
        seen = resolve;
      });
    }
  };
  return { intake, deliveries, pauses, delivered };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the intake of a partition', () => {
  it('takes no more than it can hold, and goes on when half of it has ended', async () => {
    const { intake, deliveries, pauses, delivered } = bench();
    const { payload, resolved } = batch(range(0, 150));
    await intake.take(payload);
    expect([resolved.length, pauses]).toEqual([100, ['pause']]);
    for (let ended = 0; ended < 51; ended += 1) {
      await delivered(ended + 1);
      deliveries[ended]?.end();
      await turn();
    }
    expect(pauses).toEqual(['pause', 'resume']);
    expect(intake.progress.map(({ offset }) => offset)).toEqual([51n]);
  });

  it('is paused while a message cannot be taken on, and passes it only once it was', async () => {
    const { intake, deliveries, pauses, delivered } = bench();
    await intake.take(batch([7, 8]).payload);
    deliveries[1]?.end();
    deliveries[0]?.reject();
    await turn();
    expect(pauses).toEqual(['pause']);
    expect(intake.progress.map(({ offset }) => offset)).toEqual([7n]);
    await delivered(3);
    deliveries[2]?.end();
    await turn();
    expect(deliveries.map(({ key }) => key)).toEqual(['7', '8', '7']);
    expect(pauses).toEqual(['pause', 'resume']);
    expect(intake.progress.map(({ offset }) => offset)).toEqual([9n]);
  });

  it('leaves what was not begun to whoever reads the partition after a rebalance, and holds the new reading behind what is under way', async () => {
    const { intake, deliveries, delivered } = bench();
    await intake.take(batch([1, 2], 'same').payload);
    intake.forget();
    expect(intake.progress).toEqual([]);
    await intake.take(batch([1, 2], 'same').payload);
    expect(deliveries).toHaveLength(1);
    deliveries[0]?.end();
    await delivered(2);
    expect(intake.progress.map(({ offset }) => offset)).toEqual([1n]);
    deliveries[1]?.end();
    await delivered(3);
    deliveries[2]?.end();
    await turn();
    // The second message of the first reading was never begun: three deliveries and not four.
    expect(deliveries).toHaveLength(3);
    expect(intake.progress.map(({ offset }) => offset)).toEqual([3n]);
  });

  it('lets what is under way end when it closes, and begins nothing more', async () => {
    const { intake, deliveries } = bench();
    await intake.take(batch([1, 2], 'same').payload);
    let isClosed = false;
    const closing = intake.close().then(() => {
      isClosed = true;
    });
    await turn();
    expect(isClosed).toBe(false);
    deliveries[0]?.end();
    await closing;
    const { payload, resolved } = batch([3]);
    await intake.take(payload);
    expect([deliveries.length, resolved]).toEqual([1, []]);
    expect(intake.progress.map(({ offset }) => offset)).toEqual([2n]);
  });

  it('tells how long nothing has ended, and what waits', async () => {
    const { intake, deliveries } = bench();
    expect(intake.stuckForMs).toBe(0);
    await intake.take(batch([998]).payload);
    expect(intake.lagOf('t')).toBe(2);
    expect(intake.lagOf('other')).toBe(0);
    deliveries[0]?.end();
    await turn();
    expect([intake.stuckForMs, intake.lagOf('t')]).toEqual([0, 1]);
  });
});
