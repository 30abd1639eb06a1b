import { collectDefaultMetrics, Counter as PromCounter, Gauge as PromGauge, Histogram as PromHistogram, Registry } from 'prom-client';

type Labels<L extends string> = Readonly<Record<L, string>>;

/** Only grows. */
export interface Counter<L extends string> {
  add(labels: Labels<L>, by?: number): void;
}

/** How often and how much. */
export interface Histogram<L extends string> {
  observe(labels: Labels<L>, value: number): void;
}

/** A value of now, taken when the page is asked for. */
export interface Gauge<L extends string> {
  at(labels: Labels<L>, value: number): Sample;
}

/** A gauge's value under labels, for a collector to hand in. */
export interface Sample {
  readonly gauge: PromGauge;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export type Collector = () => Promise<readonly Sample[]> | readonly Sample[];

export interface MetricsOptions {
  /** A collector that takes longer is left out of the page. */
  readonly collectDeadlineMs?: number;
  readonly onTrouble?: (error: unknown) => void;
}

const COLLECT_DEADLINE_MS = 3_000;

/**
 * The figures of one process, in a registry of its own. Labels take values from closed lists only (contract ids, platforms, categories,
 * states, topics, services), or the page would grow with whatever is asked for. A service declares what it needs; where several services
 * of one process declare the same, they share it.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #options: MetricsOptions;
  readonly #collectors = new Map<Collector, { isRunning: boolean }>();
  readonly #gauges = new Set<PromGauge>();
  readonly #failures: Counter<never>;
  #hasProcessFigures = false;
  #page: Promise<string> | undefined;

  constructor(options: MetricsOptions = {}) {
    this.#options = options;
    this.#failures = this.counter('plaza_metrics_collect_failures_total', 'Times that figures could not be taken and are missing on the page.', []);
  }

  /** Media type of {@link page}. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    const metric = this.#known(name) ?? new PromCounter({ name, help, labelNames: [...labelNames], registers: [this.#registry] });
    if (!(metric instanceof PromCounter)) throw new Error(`${name} is declared twice, differently.`);
    return { add: (labels, by = 1) => void metric.inc(labels, by) };
  }

  histogram<L extends string>(name: string, help: string, labelNames: readonly L[], buckets: readonly number[]): Histogram<L> {
    const metric = this.#known(name) ?? new PromHistogram({ name, help, labelNames: [...labelNames], buckets: [...buckets], registers: [this.#registry] });
    if (!(metric instanceof PromHistogram)) throw new Error(`${name} is declared twice, differently.`);
    return { observe: (labels, value) => void metric.observe(labels, value) };
  }

  gauge<L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L> {
    const gauge = this.#known(name) ?? new PromGauge({ name, help, labelNames: [...labelNames], registers: [this.#registry] });
    if (!(gauge instanceof PromGauge)) throw new Error(`${name} is declared twice, differently.`);
    this.#gauges.add(gauge);
    return { at: (labels, value) => ({ gauge, labels, value }) };
  }

  /** Has gauges filled at each look at the page. What fails or takes too long is missing from the page, and nothing else of it. */
  collect(collector: Collector): void {
    this.#collectors.set(collector, { isRunning: false });
  }

  /** The page in Prometheus' text format. Who asks while it is being made gets the same one. */
  page(): Promise<string> {
    this.#page ??= this.#make().finally(() => {
      this.#page = undefined;
    });
    return this.#page;
  }

  async #make(): Promise<string> {
    this.#watchProcess();
    const samples = await Promise.all([...this.#collectors].map(([collector, state]) => this.#take(collector, state)));
    for (const gauge of this.#gauges) gauge.reset();
    for (const { gauge, labels, value } of samples.flat()) gauge.set(labels, value);
    return this.#registry.metrics();
  }

  async #take(collector: Collector, state: { isRunning: boolean }): Promise<readonly Sample[]> {
    const deadlineMs = this.#options.collectDeadlineMs ?? COLLECT_DEADLINE_MS;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error(`Figures took longer than ${deadlineMs} ms.`)), deadlineMs);
    try {
      return await Promise.race([once(collector, state), late]);
    } catch (error) {
      this.#failures.add({});
      this.#options.onTrouble?.(error);
      return [];
    } finally {
      clearTimeout(timer);
    }
  }

  /** Node's own figures, from the first look at the page on: their monitors cost something, and who never looks need not pay. */
  #watchProcess(): void {
    if (this.#hasProcessFigures) return;
    this.#hasProcessFigures = true;
    collectDefaultMetrics({ register: this.#registry });
  }

  #known(name: string): unknown {
    return this.#registry.getSingleMetric(name);
  }
}

/** A collector that hangs is not started a second time: it may hold a database connection. */
async function once(collector: Collector, state: { isRunning: boolean }): Promise<readonly Sample[]> {
  if (state.isRunning) throw new Error('The figures of the look before are still being taken.');
  state.isRunning = true;
  try {
    return await collector();
  } finally {
    state.isRunning = false;
  }
}
