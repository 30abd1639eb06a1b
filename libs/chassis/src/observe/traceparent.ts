import { randomBytes } from 'node:crypto';

/** `traceparent` of W3C Trace Context (https://www.w3.org/TR/trace-context-1/#traceparent-header); all zeros are no ids, version ff is none. */
const FORM = /^(?!ff)([0-9a-f]{2})-((?!0{32})[0-9a-f]{32})-((?!0{16})[0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** A place in a trace: what a `traceparent` says. */
export interface TracePlace {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  readonly isSampled: boolean;
}

/** Reads a `traceparent` from outside; undefined when there is none that can be used. A later version is read as far as this one goes. */
export function readTraceparent(text: string | undefined): TracePlace | undefined {
  const [, version, traceId, spanId, flags = '0', rest] = FORM.exec(text ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || (version === '00' && rest !== undefined)) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** The place as a `traceparent`. */
export function writeTraceparent({ traceId, spanId, isSampled }: TracePlace): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}

/** A trace of its own that no one records: for ids in logs. */
export function newTraceparent(): string {
  const hex = randomBytes(24).toString('hex');
  return writeTraceparent({ traceId: hex.slice(0, 32), spanId: hex.slice(32), isSampled: false });
}
