import { Metrics, type Sample } from './metrics.ts';

const NEVER = new Promise<never>(() => undefined);
const lines = (page: string): string[] => page.split('\n').filter((line) => line.startsWith('plaza_') && !line.startsWith('plaza_metrics_'));

describe('the figures of a process', () => {
  test('are counters, histograms and gauges, with what Node tells of itself', async () => {
    const metrics = new Metrics();
    metrics.counter('plaza_calls_total', 'Calls.', ['platform']).add({ platform: 'twitter' }, 2);
    metrics.histogram('plaza_wait_seconds', 'Waits.', [], [1, 10]).observe({}, 5);
    const queue = metrics.gauge('plaza_queue', 'Queue.', ['state']);
    metrics.collect(() => [queue.at({ state: 'due' }, 7)]);
    const page = await metrics.page();
    expect(lines(page)).toEqual([
      'plaza_calls_total{platform="twitter"} 2',
      'plaza_wait_seconds_bucket{le="1"} 0',
      'plaza_wait_seconds_bucket{le="10"} 1',
      'plaza_wait_seconds_bucket{le="+Inf"} 1',
      'plaza_wait_seconds_sum 5',
      'plaza_wait_seconds_count 1',
      'plaza_queue{state="due"} 7',
    ]);
    expect(page).toContain('process_resident_memory_bytes');
  });

  test('of two processes have nothing to do with each other', async () => {
    new Metrics().counter('plaza_calls_total', 'Calls.', []).add({});
    expect(await new Metrics().page()).not.toContain('plaza_calls_total');
  });

  test('that several services declare are shared, each under its own label', async () => {
    const metrics = new Metrics();
    for (const service of ['connect', 'registry']) {
      const age = metrics.gauge('plaza_age_seconds', 'Age.', ['service']);
      metrics.collect(() => [age.at({ service }, 1)]);
    }
    expect(lines(await metrics.page())).toEqual(['plaza_age_seconds{service="connect"} 1', 'plaza_age_seconds{service="registry"} 1']);
    expect(() => metrics.counter('plaza_age_seconds', 'Age.', [])).toThrow('declared twice');
  });

  test('that are not told any more leave the page', async () => {
    const metrics = new Metrics();
    const queue = metrics.gauge('plaza_queue', 'Queue.', ['state']);
    let samples: Sample[] = [queue.at({ state: 'due' }, 1)];
    metrics.collect(() => samples);
    await metrics.page();
    samples = [];
    expect(lines(await metrics.page())).toEqual([]);
  });
});

describe('a collector', () => {
  const open = (broken: () => Promise<Sample[]>) => {
    const troubles: string[] = [];
    const metrics = new Metrics({ collectDeadlineMs: 20, onTrouble: (error) => troubles.push(String(error)) });
    const well = metrics.gauge('plaza_well', 'Well.', []);
    metrics.collect(broken);
    metrics.collect(async () => [well.at({}, 1)]);
    return { metrics, troubles };
  };

  test('that fails takes nothing else from the page, and is counted and told', async () => {
    const { metrics, troubles } = open(() => Promise.reject(new Error('The database is away.')));
    expect(lines(await metrics.page())).toEqual(['plaza_well 1']);
    expect(await metrics.page()).toContain('plaza_metrics_collect_failures_total 2');
    expect(troubles).toEqual(['Error: The database is away.', 'Error: The database is away.']);
  });

  test('that hangs does not hang the page, and is not started a second time beside itself', async () => {
    let started = 0;
    const { metrics } = open(() => {
      started += 1;
      return NEVER;
    });
    expect(lines(await metrics.page())).toEqual(['plaza_well 1']);
    expect(lines(await metrics.page())).toEqual(['plaza_well 1']);
    expect(started).toBe(1);
  });

  test('runs once for all who look at the same time', async () => {
    let started = 0;
    const { metrics } = open(async () => {
      started += 1;
      return [];
    });
    const [one, two] = await Promise.all([metrics.page(), metrics.page()]);
    expect(one).toBe(two);
    expect(started).toBe(1);
  });
});
