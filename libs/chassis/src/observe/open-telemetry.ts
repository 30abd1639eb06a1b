import { diag, DiagLogLevel, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags, type Context, type Span } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { readTraceparent, writeTraceparent } from './traceparent.ts';
import type { ActiveSpan, Tracing } from './tracing.ts';

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, consumer: SpanKind.CONSUMER, internal: SpanKind.INTERNAL } as const;
const SEND_EVERY_MS = 2_000;
const SEND_DEADLINE_MS = 5_000;

export interface OpenTelemetryOptions {
  /** Base URL of the collector; spans go to `/v1/traces` below it. */
  readonly endpoint: string;
  readonly serviceName: string;
  /** Share of the traces that are recorded, 0 to 1. */
  readonly ratio: number;
  readonly onTrouble: (reason: string) => void;
}

/**
 * Tracing with OpenTelemetry's SDK, loaded only where it is on. Whether a trace is recorded hangs on its id alone: so all processes decide
 * alike, traces are whole, and a caller's flag cannot make us record everything. Parents are handed over by name, so nothing is global.
 */
export function openTelemetry(options: OpenTelemetryOptions): Tracing {
  const report = (reason: string): void => options.onTrouble(reason.slice(0, 500));
  const ignore = (): void => undefined;
  diag.setLogger({ error: report, warn: report, info: ignore, debug: ignore, verbose: ignore }, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const exporter = new OTLPTraceExporter({ url: `${options.endpoint.replace(/\/$/, '')}/v1/traces`, timeoutMillis: SEND_DEADLINE_MS });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': options.serviceName }),
    sampler: new TraceIdRatioBasedSampler(options.ratio),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: SEND_EVERY_MS, exportTimeoutMillis: SEND_DEADLINE_MS })],
  });
  const tracer = provider.getTracer('plaza');
  return {
    start(name, { kind, parent, attributes = {} }) {
      return active(tracer.startSpan(name, { kind: KINDS[kind], attributes }, below(parent)));
    },
    close: () => provider.shutdown(),
  };
}

function below(parent: string | undefined): Context {
  const place = readTraceparent(parent);
  if (place === undefined) return ROOT_CONTEXT;
  const traceFlags = place.isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId: place.traceId, spanId: place.spanId, traceFlags, isRemote: true });
}

function active(span: Span): ActiveSpan {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    traceparent: writeTraceparent({ traceId, spanId, isSampled: (traceFlags & TraceFlags.SAMPLED) !== 0 }),
    set: (attributes) => void span.setAttributes(attributes),
    fail: (reason) => void span.setStatus({ code: SpanStatusCode.ERROR, message: reason }),
    end: () => span.end(),
  };
}
