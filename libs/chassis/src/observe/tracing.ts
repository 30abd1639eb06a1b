import type { EventEnvelope } from '@plaza/contracts';
import type { Settings } from '../config.ts';
import type { Logger } from '../logging.ts';
import { newTraceparent } from './traceparent.ts';
import { currentWork, runInWork } from './work-context.ts';

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanOptions {
  readonly kind: 'server' | 'client' | 'consumer' | 'internal';
  /** A `traceparent`, as it was read and checked. Undefined: the beginning of a trace. */
  readonly parent?: string | undefined;
  readonly attributes?: SpanAttributes;
}

/** A piece of work of a trace while it lasts. */
export interface ActiveSpan {
  /** For whatever this work causes: its place in the trace. */
  readonly traceparent: string;
  set(attributes: SpanAttributes): void;
  /** The work failed; `reason` is a word or a class, never what a caller or a platform wrote. */
  fail(reason: string): void;
  end(): void;
}

/** Makes spans. Off, it hands trace ids on and records nothing. */
export interface Tracing {
  start(name: string, options: SpanOptions): ActiveSpan;
  /** Sends what is recorded and not sent yet. */
  close(): Promise<void>;
}

/** Ids without a record: what is logged and told still carries the trace of its request. */
export const NO_TRACING: Tracing = {
  start(_name, { parent }) {
    return { traceparent: parent ?? newTraceparent(), set: () => undefined, fail: () => undefined, end: () => undefined };
  },
  close: async () => undefined,
};

/** Tracing as the settings say: off without an endpoint, and then OpenTelemetry's SDK is not even loaded. */
export async function openTracing(settings: Settings, logger: Logger): Promise<Tracing> {
  const endpoint = settings.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined) return NO_TRACING;
  const { openTelemetry } = await import('./open-telemetry.ts');
  return openTelemetry({
    endpoint,
    serviceName: settings.OTEL_SERVICE_NAME,
    ratio: settings.OTEL_TRACES_SAMPLER_ARG,
    onTrouble: (reason) => logger.warn({ reason }, 'Spans could not be sent.'),
  });
}

/** Runs `work` in a span of its own below `parent`, by default below the current work's; what it logs, tells and calls belongs to it. */
export async function inSpan<T>(tracing: Tracing, name: string, options: SpanOptions, work: (span: ActiveSpan) => Promise<T>): Promise<T> {
  const current = currentWork();
  const span = tracing.start(name, { ...options, parent: options.parent ?? current?.traceparent });
  try {
    return await runInWork({ ...current, traceparent: span.traceparent }, () => work(span));
  } catch (error) {
    span.fail(error instanceof Error ? error.name : 'unknown');
    throw error;
  } finally {
    span.end();
  }
}

/** What events need of a trace: what is told carries the trace of its cause, and what is done upon it belongs to that trace. */
export interface EventTrace {
  current(): string | undefined;
  handle<T>(event: EventEnvelope, work: () => Promise<T>): Promise<T>;
}

export function eventTrace(tracing: Tracing, service: string): EventTrace {
  return {
    current: () => currentWork()?.traceparent,
    async handle(event, work) {
      const attributes = { 'plaza.service': service, 'messaging.message.id': event.id, 'messaging.destination.name': event.type };
      return inSpan(tracing, `handle ${event.type}`, { kind: 'consumer', parent: event.traceparent, attributes }, work);
    },
  };
}
