import { inSpan, type Logger, type Metrics, type Tracing } from '@plaza/chassis';
import type { ClaimedTarget, FinishedAttempt, PublicationWatch } from '../../application/ports.ts';

/** From a tenth of a second to a day. Seconds. */
const LATENESS_BUCKETS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400];

/** Publications in figures, log and traces. */
export class ObservedPublications implements PublicationWatch {
  readonly #tracing: Tracing;
  readonly #logger: Logger;
  readonly #attempts;
  readonly #lateness;

  constructor(metrics: Metrics, tracing: Tracing, logger: Logger) {
    this.#tracing = tracing;
    this.#logger = logger;
    this.#attempts = metrics.counter('plaza_publish_attempts_total', 'Attempts by platform and what came of them.', ['platform', 'category']);
    this.#lateness = metrics.histogram('plaza_publish_lateness_seconds', 'Time from when a target was due to its first call.', ['platform'], LATENESS_BUCKETS);
  }

  async follow(claimed: ClaimedTarget, work: () => Promise<void>): Promise<void> {
    const { target, traceparent } = claimed;
    const attributes = { ...ids(claimed), 'plaza.platform': target.platform, 'plaza.state': target.progress.state };
    return inSpan(this.#tracing, `publish ${target.platform}`, { kind: 'internal', parent: traceparent ?? undefined, attributes }, work);
  }

  /**
   * Published or not, every attempt is one line at info: "did it go out, and when" is what the log is asked most, and there are no more of
   * them than calls to platforms. What the platform said stays in the ledger, since it may quote the post.
   */
  attempted({ claimed, kind, progress, decision, httpStatus, startedAt }: FinishedAttempt): void {
    const { target } = claimed;
    const category = decision === 'published' || decision === 'part_published' ? 'published' : (progress.error?.category ?? decision);
    this.#attempts.add({ platform: target.platform, category });
    const isFirstCall = kind === 'send' && target.progress.dispatchedAtMs === null && progress.dispatchedAtMs !== null;
    if (isFirstCall) this.#lateness.observe({ platform: target.platform }, Math.max(0, (progress.dispatchedAtMs ?? 0) - target.progress.dueAtMs) / 1000);
    this.#logger.info(
      {
        ...{ postId: target.postId, targetId: target.id, projectId: target.projectId, platform: target.platform, mode: target.mode },
        ...{ attempt: kind, fence: target.progress.fence, state: progress.state, decision, category, code: progress.error?.code ?? null, httpStatus },
        durationMs: Date.now() - startedAt.getTime(),
      },
      'An attempt ended.',
    );
  }
}

function ids({ target }: ClaimedTarget): Record<string, string> {
  return { 'plaza.post_id': target.postId, 'plaza.target_id': target.id };
}
