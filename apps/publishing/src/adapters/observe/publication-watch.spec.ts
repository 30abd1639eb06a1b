import { Writable } from 'node:stream';
import { createLogger, Metrics, NO_TRACING } from '@plaza/chassis';
import type { ClaimedTarget, FinishedAttempt } from '../../application/ports.ts';
import { newProgress, type TargetProgress } from '../../domain/target.ts';
import { ObservedPublications } from './publication-watch.ts';

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const DUE_MS = 1_800_000_000_000;
const log: Record<string, unknown>[] = [];
const destination = new Writable({
  write(chunk, _encoding, done) {
    log.push(JSON.parse(String(chunk)) as Record<string, unknown>);
    done();
  },
});
const metrics = new Metrics();
const watch = new ObservedPublications(metrics, NO_TRACING, createLogger({ level: 'info', destination }));

const before = newProgress('due', DUE_MS);
const claimed = (progress: TargetProgress = before): ClaimedTarget => ({
  target: { id: 't1', projectId: 'p', postId: 'p1', position: 0, accountId: 'a', platform: 'twitter', mode: 'live', appId: null, ownContent: 'hunter2', options: {}, attachments: [], allowOvertake: false, progress },
  post: { id: 'p1', content: 'hunter2', media: [] },
  ...{ checkpoint: {}, credentialRevision: null, traceparent: TRACEPARENT },
});
const attempt = (progress: Partial<TargetProgress>, more: Partial<FinishedAttempt> = {}): FinishedAttempt => ({
  ...{ claimed: claimed(), kind: 'send', decision: 'retry', httpStatus: null, startedAt: new Date() },
  progress: { ...before, dispatchedAtMs: DUE_MS + 700, ...progress },
  ...more,
});
const series = async (name: string) => (await metrics.page()).split('\n').filter((line) => line.startsWith(name));

describe('a publication that is watched', () => {
  test('writes one line for each attempt, with all that leads to it and nothing of what was written', async () => {
    const ended = attempt({ state: 'due', error: { category: 'rate_limited', code: '429', message: 'hunter3' } }, { httpStatus: 429 });
    await watch.follow(claimed(), async () => watch.attempted(ended));
    expect(log).toMatchObject([
      {
        ...{ level: 'info', postId: 'p1', targetId: 't1', platform: 'twitter', attempt: 'send', state: 'due', decision: 'retry' },
        ...{ category: 'rate_limited', code: '429', httpStatus: 429, traceId: TRACEPARENT.slice(3, 35) },
      },
    ]);
    expect(JSON.stringify(log)).not.toMatch(/hunter/);
  });

  test('counts attempts by platform and what came of them', async () => {
    watch.attempted(attempt({ state: 'published', error: null }, { decision: 'published' }));
    watch.attempted(attempt({ state: 'unknown', error: { category: 'unknown', code: 'unknown', message: '' } }));
    watch.attempted(attempt({ state: 'due', error: { category: 'unsent', code: 'unsent', message: '' } }));
    watch.attempted(attempt({ state: 'submitted', error: null }, { decision: 'submitted' }));
    const counted = await series('plaza_publish_attempts_total');
    expect(counted.map((line) => /category="(\w+)"} (\d+)/.exec(line)?.slice(1))).toEqual([['rate_limited', '1'], ['published', '1'], ['unknown', '1'], ['unsent', '1'], ['submitted', '1']]);
  });

  test('measures from the due time to the first call, once for each target', async () => {
    const fresh = new Metrics();
    const measured = new ObservedPublications(fresh, NO_TRACING, createLogger({ level: 'silent' }));
    measured.attempted(attempt({ state: 'due' }));
    measured.attempted(attempt({ state: 'published' }, { claimed: claimed({ ...before, dispatchedAtMs: DUE_MS + 700 }) }));
    measured.attempted(attempt({ state: 'due', dispatchedAtMs: null }, { kind: 'prepare' }));
    expect((await fresh.page()).split('\n').filter((line) => /^plaza_publish_lateness_seconds_(sum|count)/.test(line))).toEqual([
      'plaza_publish_lateness_seconds_sum{platform="twitter"} 0.7',
      'plaza_publish_lateness_seconds_count{platform="twitter"} 1',
    ]);
  });
});
