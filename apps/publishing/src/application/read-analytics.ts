import { isId, type UnitOfWork } from '@plaza/chassis';
import { NO_METRICS, type Connector, type MetricsReading, type Refused } from '@plaza/connectors';
import { fail, failure, ok, type Failure, type MeasuredPost, type Platform, type Result } from '@plaza/contracts';
import { aggregated, rated } from '../domain/metrics.ts';
import type { AskedAccount, AskPlatform } from './ask-platform.ts';
import type { AccountDirectory, MeasuredTarget, MetricsFilter, MetricsRepository, Platforms, ToldMetrics } from './ports.ts';

const DAY_MS = 24 * 60 * 60_000;
const DEFAULT_DAYS = 90;
const MOST_DAYS = 366;
/** What has not been told by then is shown as it was known before. Milliseconds. */
const PATIENCE_MS = 10_000;

export interface AnalyticsInput {
  readonly projectId: string;
  readonly postId?: string | undefined;
  readonly platforms?: readonly Platform[] | undefined;
  readonly accountId?: string | undefined;
  readonly source?: 'postpeer' | 'platform' | undefined;
  /** Days, `YYYY-MM-DD`. */
  readonly fromDate?: string | undefined;
  readonly toDate?: string | undefined;
  readonly sortBy: MetricsFilter['sortBy'];
  readonly order: 'asc' | 'desc';
  readonly page: number;
  readonly limit: number;
}

/** Targets of one account, to be asked for together. */
interface Question {
  readonly projectId: string;
  readonly accountId: string;
  readonly connector: Connector;
  readonly targets: readonly MeasuredTarget[];
}

/** Tells what the platforms count of posts, asking them anew when what is known has aged. */
export class ReadAnalytics {
  /** Until when an account's platform does not want to be asked. */
  readonly #pausedUntilMs = new Map<string, number>();

  constructor(
    private readonly work: UnitOfWork,
    private readonly metrics: MetricsRepository,
    private readonly accounts: AccountDirectory,
    private readonly platforms: Platforms,
    private readonly platform: AskPlatform,
    private readonly now: () => Date,
  ) {}

  async one(input: AnalyticsInput & { readonly postId: string }): Promise<Result<MeasuredPost, Failure>> {
    const { projectId, postId, accountId } = input;
    if (input.source === 'platform') return this.#atPlatform(input);
    const known = await this.work.tenant(projectId, async (tx) => {
      const id = isId(postId) ? postId : await this.metrics.postOf(tx, postId, accountId !== undefined && isId(accountId) ? accountId : undefined);
      return id === undefined ? [] : this.metrics.ofPost(tx, id);
    });
    const [post] = this.#present(await this.#renewed(known));
    return post === undefined ? fail(failure('post.not_found')) : ok(post);
  }

  async list(input: AnalyticsInput): Promise<Result<{ readonly total: number; readonly posts: readonly MeasuredPost[] }, Failure>> {
    const { projectId, accountId, platforms, sortBy, order, page, limit } = input;
    if (input.source === 'platform') return fail(failure('analytics.account_missing'));
    const range = this.#range(input);
    if (!range.ok) return range;
    if (accountId !== undefined && !isId(accountId)) return ok({ total: 0, posts: [] });
    const narrowed = { ...(platforms === undefined ? {} : { platforms }), ...(accountId === undefined ? {} : { accountId }) };
    const filter: MetricsFilter = { ...range.value, ...narrowed, sortBy, order, limit, offset: (page - 1) * limit };
    const { total, targets } = await this.work.tenant(projectId, (tx) => this.metrics.page(tx, filter));
    return ok({ total, posts: this.#present(await this.#renewed(targets)) });
  }

  #range({ fromDate, toDate }: AnalyticsInput): Result<{ readonly from: Date; readonly to: Date }, Failure> {
    const last = toDate === undefined ? this.now().getTime() : Date.parse(toDate);
    const to = new Date((Math.floor(last / DAY_MS) + 1) * DAY_MS);
    const from = fromDate === undefined ? new Date(to.getTime() - DEFAULT_DAYS * DAY_MS) : new Date(Date.parse(fromDate));
    const days = (to.getTime() - from.getTime()) / DAY_MS;
    return days < 1 || days > MOST_DAYS ? fail(failure('analytics.range_invalid')) : ok({ from, to });
  }

  /** A post that only the platform knows. */
  async #atPlatform({ projectId, postId, accountId }: AnalyticsInput & { readonly postId: string }): Promise<Result<MeasuredPost, Failure>> {
    if (accountId === undefined) return fail(failure('analytics.account_missing'));
    const account = (await this.accounts.find(projectId, [accountId])).get(accountId);
    if (account === undefined) return fail(failure('post.account_unknown'));
    const connector = this.platforms.connector(account.platform);
    if (connector?.analytics === undefined) return fail(failure('analytics.unsupported'));
    const target = { projectId, accountId, platform: account.platform, mode: account.mode, platformPostId: postId, publishedAt: this.now() };
    const reading = await this.#ask({ projectId, accountId, connector, mode: account.mode }, [target]);
    if (reading.kind === 'refused') return fail(failure('analytics.failed', { message: reading.message, details: { category: reading.category } }));
    const metrics = reading.posts[postId];
    if (metrics === undefined) return fail(failure('post.not_found'));
    const shown = rated(metrics);
    const platform = { platform: account.platform, accountId, platformPostId: postId, platformPostUrl: null, metrics: shown, readAt: this.now().toISOString() };
    return ok({ source: 'platform', postId: null, content: null, publishedAt: null, aggregated: shown, platforms: [platform] });
  }

  /** The targets with what the platforms say now, where what is known has aged and they answer in time. */
  async #renewed(targets: readonly MeasuredTarget[]): Promise<readonly MeasuredTarget[]> {
    const told = new Map<string, MeasuredTarget>();
    const { promise: tooLate, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, PATIENCE_MS);
    const questions = this.#questions(targets).map(async (question) => {
      for (const target of await this.#renew(question)) told.set(target.targetId, target);
    });
    await Promise.race([Promise.allSettled(questions), tooLate]);
    clearTimeout(timer);
    return targets.map((target) => told.get(target.targetId) ?? target);
  }

  #questions(targets: readonly MeasuredTarget[]): Question[] {
    const nowMs = this.now().getTime();
    const aged = targets.filter(({ platform, accountId, askedAt }) => {
      const analytics = this.platforms.connector(platform)?.analytics;
      const isPaused = (this.#pausedUntilMs.get(accountId) ?? 0) > nowMs;
      return analytics !== undefined && !isPaused && (askedAt === null || nowMs - askedAt.getTime() > analytics.cacheMs);
    });
    return [...Map.groupBy(aged, ({ accountId }) => accountId)].flatMap(([accountId, ofAccount]) => {
      const [first] = ofAccount;
      const connector = first === undefined ? undefined : this.platforms.connector(first.platform);
      return first === undefined || connector === undefined ? [] : [{ projectId: first.projectId, accountId, connector, targets: ofAccount }];
    });
  }

  /** Asks for the targets of one account, batch after batch, until the platform has had enough. */
  async #renew({ projectId, accountId, connector, targets }: Question): Promise<MeasuredTarget[]> {
    const size = connector.analytics?.batchSize ?? 1;
    const renewed: MeasuredTarget[] = [];
    for (let start = 0; start < targets.length; start += size) {
      const batch = targets.slice(start, start + size);
      const mode = batch[0]?.mode ?? 'live';
      const reading = await this.#ask({ projectId, accountId, connector, mode }, batch);
      const at = this.now();
      const told = batch.map((target): ToldMetrics => ({ targetId: target.targetId, ...toldOf(reading, target.platformPostId) }));
      await this.work.tenant(projectId, (tx) => this.metrics.keep(tx, projectId, told, at));
      renewed.push(...batch.map((target, index) => withTold(target, told[index], at)));
      if (reading.kind !== 'refused') continue;
      this.#pausedUntilMs.set(accountId, reading.untilMs ?? at.getTime() + (connector.analytics?.cacheMs ?? 0));
      break;
    }
    return renewed;
  }

  async #ask(account: AskedAccount, posts: readonly Pick<MeasuredTarget, 'platformPostId' | 'publishedAt'>[]): Promise<MetricsReading | Refused> {
    const asked = posts.map(({ platformPostId, publishedAt }) => ({ platformPostId, publishedAtMs: publishedAt.getTime() }));
    const nothing: MetricsReading = { kind: 'metrics', posts: {} };
    return this.platform.ask(account, 'read metrics of posts', async (context, acting) => (await account.connector.analytics?.read(context, acting, asked)) ?? nothing);
  }

  #present(targets: readonly MeasuredTarget[]): MeasuredPost[] {
    return [...Map.groupBy(targets, ({ postId }) => postId)].map(([postId, ofPost]) => {
      const firstMs = Math.min(...ofPost.map(({ publishedAt }) => publishedAt.getTime()));
      return {
        source: 'postpeer',
        postId,
        content: ofPost[0]?.postContent ?? null,
        publishedAt: new Date(firstMs).toISOString(),
        aggregated: aggregated(ofPost.map(({ metrics }) => metrics ?? NO_METRICS)),
        platforms: ofPost.map((target) => this.#presentTarget(target)),
      };
    });
  }

  #presentTarget({ platform, accountId, platformPostId, platformPostUrl, metrics, readAt, problem }: MeasuredTarget): MeasuredPost['platforms'][number] {
    const { manifest } = this.platforms.connector(platform) ?? {};
    const absent = manifest === undefined || manifest.features.analytics === true ? undefined : { category: 'unsupported', message: manifest.features.analytics };
    const told = problem ?? absent;
    return { platform, accountId, platformPostId, platformPostUrl, metrics: rated(metrics ?? NO_METRICS), readAt: readAt?.toISOString() ?? null, ...(told === undefined ? {} : { problem: told }) };
  }
}

function toldOf(reading: MetricsReading | Refused, platformPostId: string): Pick<ToldMetrics, 'metrics' | 'problem'> {
  if (reading.kind === 'refused') return { metrics: null, problem: { category: reading.category, message: reading.message } };
  const metrics = reading.posts[platformPostId];
  if (metrics !== undefined) return { metrics, problem: null };
  return { metrics: null, problem: { category: 'absent', message: 'The platform does not know the post any more.' } };
}

function withTold(target: MeasuredTarget, told: ToldMetrics | undefined, at: Date): MeasuredTarget {
  if (told === undefined) return target;
  if (told.metrics === null) return { ...target, askedAt: at, problem: told.problem };
  return { ...target, metrics: told.metrics, readAt: at, askedAt: at, problem: null };
}
