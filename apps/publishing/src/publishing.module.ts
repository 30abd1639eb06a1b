import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DynamicModule, type INestApplication, Module } from '@nestjs/common';
import {
  connectSession,
  createAddressGuard,
  createGuardedFetch,
  createPlatformHttp,
  createServiceApp,
  databaseCheck,
  databaseOf,
  openFoundation,
  showEventFigures,
  UnitOfWork,
  type PublishingRole,
  type RunningService,
  type ServiceContext,
} from '@plaza/chassis';
import { ConnectedPlatforms, type Connector } from '@plaza/connectors';
import { internalRoutes, publicRoutes } from '@plaza/contracts';
import { Eventing, Loop, type DeadLetters, type Transport } from '@plaza/messaging';
import { AccountsConsumer } from './adapters/events/accounts.consumer.ts';
import { DUE_NOTICE, DueConsumer, type DueNotice } from './adapters/events/due.consumer.ts';
import { InternalController } from './adapters/http/internal.controller.ts';
import { AnalyticsController } from './adapters/http/analytics.controller.ts';
import { MediaController } from './adapters/http/media.controller.ts';
import { PostsController } from './adapters/http/posts.controller.ts';
import { ReadingsController } from './adapters/http/readings.controller.ts';
import { presentCreated } from './adapters/http/present.ts';
import { ScheduledController } from './adapters/http/scheduled.controller.ts';
import { mediaStore } from './adapters/media/media-store.ts';
import { MediaCache } from './adapters/media/media-cache.ts';
import { GuardedMedia } from './adapters/media/guarded-media.ts';
import { oldestDueCheck, schedulerCheck, workerSessionCheck } from './adapters/observe/checks.ts';
import { ObservedPublications } from './adapters/observe/publication-watch.ts';
import { showQueueFigures } from './adapters/observe/queue-figures.ts';
import { PostgresBudgetRepository } from './adapters/postgres/budget.repository.ts';
import { PostgresMetricsRepository } from './adapters/postgres/metrics.repository.ts';
import { PostgresPostRepository } from './adapters/postgres/post.repository.ts';
import { PostgresUploadRepository } from './adapters/postgres/upload.repository.ts';
import { ownerLockName, PostgresWorkRepository } from './adapters/postgres/work.repository.ts';
import { EventedAccountDirectory } from './adapters/services/account-directory.ts';
import { HttpCredentials } from './adapters/services/http-credentials.ts';
import { PostgresLockSession } from './adapters/services/postgres-lock-session.ts';
import { AskPlatform } from './application/ask-platform.ts';
import { AwaitOutcome } from './application/await-outcome.ts';
import { ChangePost } from './application/change-post.ts';
import { CommitDesk } from './application/commit-desk.ts';
import { CreatePost } from './application/create-post.ts';
import { EndPost } from './application/end-post.ts';
import { KeepBudgets } from './application/keep-budgets.ts';
import { KnownPosts } from './application/known-posts.ts';
import { policyFor } from './application/policies.ts';
import type { Platforms, PublicationWatch, WorkRepository } from './application/ports.ts';
import { ProjectSettings } from './application/project-settings.ts';
import { PublishTarget } from './application/publish-target.ts';
import { Uploads, UploadSignatures } from './application/uploads.ts';
import { ReadAccount } from './application/read-account.ts';
import { ReadAnalytics } from './application/read-analytics.ts';
import { ReadDraft } from './application/read-draft.ts';
import { ReadPosts } from './application/read-posts.ts';
import { LONGEST_REST_MS, Scheduler } from './application/scheduler.ts';
import { TakeOver } from './application/take-over.ts';
import { Worker } from './application/worker.ts';
import { WorkerSession } from './application/worker-session.ts';

@Module({})
class PublishingModule {}

/** What each role answers to. */
const CONTROLLERS = {
  api: [ScheduledController, PostsController, MediaController, AnalyticsController, ReadingsController, InternalController, AccountsConsumer],
  scheduler: [],
  worker: [DueConsumer],
} as const;
/** Uploads that expired are deleted in such batches; they and old spends of budgets are looked for so often. */
const SWEEP_BATCH = 100;
const SWEEP_REST_MS = 10 * 60_000;
/** The doorbell by which a replica tells the scheduler of another that something is due soon. */
const SCHEDULE = 'schedule';

/** Publishing, with what its operator may ask of it. */
export interface Publishing extends RunningService {
  readonly deadLetters: DeadLetters;
  readonly projectSettings: ProjectSettings;
  readonly uploads: Uploads;
}

/** What a worker publishes with. */
export interface WorkerParts {
  readonly repository: WorkRepository;
  readonly platforms: Platforms;
  readonly watch: PublicationWatch;
}

/**
 * Builds publishing with the roles of its settings: the API, the scheduler, a worker. One process may have them all, or each many of its own.
 * `rebuild` is for the fault suite, which takes single safeguards away to see itself fail; no setting leads there.
 */
export async function createPublishing(
  context: ServiceContext & { readonly transport: Transport },
  rebuild: (parts: WorkerParts) => WorkerParts = (parts) => parts,
): Promise<Publishing> {
  const { settings } = context;
  const foundation = await openFoundation(context, 'publishing');
  const { work, logger } = foundation;
  const report = (message: string) => (error: unknown) => logger.error({ err: error }, message);
  const eventing = Eventing.on(foundation, 'publishing', context.transport);
  showEventFigures(context.metrics, 'publishing', eventing);
  const http = createPlatformHttp({ userAgent: 'Plaza', allowedHosts: settings.PLAZA_ALLOWED_HOSTS, sandboxUrl: context.sandboxUrl, tracing: context.tracing });
  const { repository, platforms, watch } = rebuild({
    repository: new PostgresWorkRepository(),
    platforms: new ConnectedPlatforms(http, { sandboxUrl: context.sandboxUrl, publicSandboxUrl: `${context.publicUrl}/sandbox` }),
    watch: new ObservedPublications(context.metrics, context.tracing, logger),
  });
  const cache = new MediaCache({ folder: settings.PLAZA_MEDIA_CACHE ?? join(tmpdir(), 'plaza-media'), maxBytes: settings.PLAZA_MEDIA_CACHE_BYTES });
  const fetch = createGuardedFetch({ guard: createAddressGuard({ allow: settings.PLAZA_ALLOWED_HOSTS }), userAgent: 'Plaza' });
  const signatures = new UploadSignatures(context.internalKey);
  const store = mediaStore(context, signatures);
  const media = new GuardedMedia(fetch, cache, settings.PLAZA_MEDIA_MAX_BYTES, store);
  const credentials = new HttpCredentials(foundation.internal);
  const posts = new PostgresPostRepository();
  const projectSettings = new ProjectSettings(work);
  const policyOf = ({ manifest }: Connector) => policyFor(manifest, settings.PLAZA_SETTLE_MS);
  const now = (): Date => new Date();
  const outcome = new AwaitOutcome(work, report('Asking for outcomes failed.'));
  const desk = new CommitDesk(work, repository, posts, eventing, outcome);
  const budgets = new PostgresBudgetRepository();
  const publishTarget = new PublishTarget(desk, credentials, media, new KeepBudgets(work, budgets, now), new KnownPosts(work, repository), platforms, context.crashPoints, policyOf, Math.random, report('A call to a platform failed.'), watch);
  const takeOver = new TakeOver(work, repository, platforms, policyOf);
  const database = databaseOf(context, 'publishing');
  const session = new WorkerSession(async () => new PostgresLockSession(await connectSession(database, 'worker')), ownerLockName, context.now);
  const worker = new Worker(work, repository, session, publishTarget, takeOver, settings.PLAZA_WORKER_CONCURRENCY, report('The worker failed.'));
  // The messages of what became due carry the news to whichever worker is free; nothing more is needed here.
  const scheduler = new Scheduler(work, repository, () => eventing.wake(), report('The scheduler failed.'));
  const directory = new EventedAccountDirectory(work, credentials);
  const uploads = new Uploads(work, new PostgresUploadRepository(), store, signatures, platforms, settings.PLAZA_MEDIA_MAX_BYTES, now);
  const sweeper = new Loop({ step: async () => {
      await work.system((tx) => budgets.sweep(tx));
      return (await uploads.sweep(SWEEP_BATCH)) === SWEEP_BATCH ? 0 : SWEEP_REST_MS;
    }, restMs: SWEEP_REST_MS, onError: report('Sweeping failed.') });
  const askPlatform = new AskPlatform(credentials, platforms, report('Asking a platform failed.'));
  const readDraft = new ReadDraft(directory, media, platforms);
  const readPosts = new ReadPosts(work, posts);
  const has = (role: PublishingRole): boolean => settings.PLAZA_ROLES.includes(role);
  // The queues are one for all replicas; those that fill them tell how full they are.
  if (has('scheduler')) showQueueFigures(context.metrics, work);
  const checksOfRoles = { api: [], scheduler: [schedulerCheck(work)], worker: [oldestDueCheck(work), workerSessionCheck(session)] };
  const wakeScheduler = (dueAt: Date): void => {
    // What is due later is found in time anyway: no scheduler rests longer.
    if (dueAt.getTime() - Date.now() > LONGEST_REST_MS) return;
    if (has('scheduler')) scheduler.wake();
    else foundation.doorbell.ring(SCHEDULE);
  };
  const module: DynamicModule = {
    module: PublishingModule,
    controllers: settings.PLAZA_ROLES.flatMap((role) => [...CONTROLLERS[role]]),
    providers: [
      { provide: UnitOfWork, useValue: work },
      { provide: AwaitOutcome, useValue: outcome },
      { provide: ReadPosts, useValue: readPosts },
      { provide: CreatePost, useValue: new CreatePost(work, posts, readDraft, uploads, projectSettings, eventing, wakeScheduler, now) },
      { provide: ChangePost, useValue: new ChangePost(work, posts, readDraft, uploads, projectSettings, eventing, wakeScheduler, now) },
      { provide: Uploads, useValue: uploads },
      { provide: ReadAnalytics, useValue: new ReadAnalytics(work, new PostgresMetricsRepository(), directory, platforms, askPlatform, now) },
      { provide: ReadAccount, useValue: new ReadAccount(directory, platforms, askPlatform) },
      { provide: EndPost, useValue: new EndPost(work, posts, credentials, platforms, eventing, now) },
      { provide: DUE_NOTICE, useValue: ((account) => worker.notice(account)) satisfies DueNotice },
    ],
  };
  const routes = [...publicRoutes, ...internalRoutes].filter(({ service }) => service === 'publishing');
  const resume = async (_contract: unknown, projectId: string, postId: string): Promise<unknown> => {
    const read = await readPosts.one(projectId, postId);
    return read.ok ? presentCreated(read.value) : undefined;
  };
  const connect = (nest: INestApplication): void => eventing.connect(nest);
  const observe = foundation.observe;
  const app = await createServiceApp({ module, logger, tokens: context.tokens, routes, observe, idempotency: foundation.idempotency, resume, connect });
  return {
    name: 'publishing',
    checks: [databaseCheck(work), ...eventing.checks, ...settings.PLAZA_ROLES.flatMap((role) => checksOfRoles[role])],
    deadLetters: eventing.deadLetters,
    http: app.getHttpAdapter().getInstance(),
    projectSettings,
    uploads,
    async start() {
      await cache.start();
      if (settings.PLAZA_RESTORED_AT !== undefined && (has('scheduler') || has('worker'))) {
        const count = await takeOver.restored(new Date(settings.PLAZA_RESTORED_AT));
        logger.warn({ count }, 'Targets that were due before the restore are reconciled and not sent.');
      }
      await app.startAllMicroservices();
      eventing.start();
      if (has('api')) outcome.start();
      if (has('worker')) worker.start();
      if (!has('scheduler')) return;
      foundation.doorbell.on(SCHEDULE, () => scheduler.wake());
      scheduler.start();
      sweeper.start();
    },
    async drain() {
      await scheduler.stop();
      await sweeper.stop();
      await worker.stop();
      await outcome.stop();
    },
    async stop() {
      await eventing.stop();
      await app.close();
      await http.close();
      await fetch.close();
      await cache.stop();
      await foundation.close();
    },
  };
}
