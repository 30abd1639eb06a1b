import { NO_METRICS } from '@plaza/connectors';
import { aggregated, rated } from './metrics.ts';

describe('metrics', () => {
  it('are rated by whatever tells first how many saw the post', () => {
    expect(rated({ ...NO_METRICS, likes: 3, comments: 1, impressions: 100, views: 10 }).engagementRate).toBe(0.04);
    expect(rated({ ...NO_METRICS, likes: 5, views: 10 }).engagementRate).toBe(0.5);
    expect(rated({ ...NO_METRICS, likes: 50, views: 10 }).engagementRate).toBe(1);
    expect(rated({ ...NO_METRICS, likes: 5, views: 0 }).engagementRate).toBeNull();
    expect(rated({ ...NO_METRICS, views: 10 }).engagementRate).toBeNull();
  });
  it('add up over platforms, and are null where none of them tells', () => {
    const one = { ...NO_METRICS, likes: 2, views: 10 };
    const other = { ...NO_METRICS, likes: 3, impressions: 40 };
    const silent = { ...NO_METRICS, likes: 7 };
    expect(aggregated([one, other, silent])).toEqual({ ...NO_METRICS, likes: 12, views: 10, impressions: 40, engagementRate: 0.1 });
    expect(aggregated([])).toEqual({ ...NO_METRICS, engagementRate: null });
  });
});
