import { Controller, Get, Inject, Module, Res, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { HealthCheckService, HealthIndicatorService, TerminusModule, type HealthCheckResult } from '@nestjs/terminus';
import type { ServiceName } from '@plaza/contracts';
import type { FastifyReply } from 'fastify';
import { NestLog } from '../http/nest-log.ts';
import type { Logger } from '../logging.ts';
import { CheckBoard } from './check-board.ts';
import { DATABASE_CHECK, type HealthCheck } from './health.ts';
import type { Metrics } from './metrics.ts';

/** A check that has not answered by then is red: it hangs, and so may what it asks. Milliseconds. */
const CHECK_DEADLINE_MS = 3_000;
/** Anyone may ask as often as they like; the database is asked once in this time. Milliseconds. */
const KEEP_MS = 1_000;

export interface ManagementOptions {
  /** Read at each request, so that services may join after this was made. */
  readonly services: readonly { readonly name: ServiceName; readonly checks: readonly HealthCheck[] }[];
  readonly metrics: Metrics;
  /** Whether the process is shutting down. */
  readonly isDraining: () => boolean;
  readonly logger: Logger;
  readonly checkDeadlineMs?: number;
  readonly keepMs?: number;
}

const OPTIONS = Symbol('ManagementOptions');

@Controller()
class ManagementController {
  readonly #board: CheckBoard;

  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService,
    @Inject(OPTIONS) private readonly options: ManagementOptions,
  ) {
    this.#board = new CheckBoard(options.logger);
  }

  /** The process answers; nothing else is looked at, since a new process would not mend it. */
  @Get('health/live')
  live(): { readonly status: 'ok' } {
    return { status: 'ok' };
  }

  /** Whether everything does its work: for people and alerts. */
  @Get('health/ready')
  async ready(): Promise<HealthCheckResult> {
    return this.#check(() => true);
  }

  /** Whether requests may come here: for load balancers. What is late behind the scenes is no reason to turn callers away. */
  @Get('health/serving')
  async serving(): Promise<HealthCheckResult> {
    return this.#check(({ name }) => name === DATABASE_CHECK, this.options.isDraining());
  }

  @Get('metrics')
  async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.type(this.options.metrics.contentType);
    return this.options.metrics.page();
  }

  async #check(isMeant: (check: HealthCheck) => boolean, isDraining = false): Promise<HealthCheckResult> {
    const { services, checkDeadlineMs = CHECK_DEADLINE_MS, keepMs = KEEP_MS } = this.options;
    const meant = services.flatMap(({ name, checks }) => checks.filter(isMeant).map((check) => ({ key: `${name}.${check.name}`, check })));
    const attempts = meant.map(({ key, check }) => this.indicators.check(key).attempt(() => this.#board.pass(key, check)).withTimeout(checkDeadlineMs).cacheFor(keepMs));
    const draining = () => this.indicators.check('draining').down('The process is shutting down.');
    return this.health.check([...attempts, ...(isDraining ? [draining] : [])]);
  }
}

@Module({ imports: [TerminusModule.forRoot({ logger: false })], controllers: [ManagementController] })
class ManagementModule {}

/** Health and figures of a process, not listening: on a port of their own, or mounted. */
export async function createManagement(options: ManagementOptions): Promise<NestFastifyApplication> {
  const module: DynamicModule = { module: ManagementModule, providers: [{ provide: OPTIONS, useValue: options }] };
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), { logger: new NestLog(options.logger), abortOnError: false });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return app;
}
