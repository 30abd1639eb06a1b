import type { EventEnvelope, ServiceName } from '@plaza/contracts';
import { z } from 'zod';
import type { DeliveredMessage } from '../transport.ts';
import type { IHeaders } from './broker.ts';

/** A message as Kafka carries it. */
export interface WireMessage {
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The attributes that every message must have (CloudEvents 1.0, Kafka protocol binding 1.0.2, binary content mode: each attribute is a
 * header with the prefix `ce_`), and Plaza's extensions. `traceparent` is W3C Trace Context's own header.
 */
const headersSchema = z.object({
  ce_specversion: z.literal('1.0'),
  ce_id: z.uuid(),
  ce_type: z.string().min(1),
  ce_source: z.string().min(1),
  ce_time: z.iso.datetime({ offset: true }),
  ce_plazaversion: z.coerce.number().int().positive(),
  ce_plazaproject: z.uuid(),
  ce_plazasequence: z.coerce.number().int().nonnegative(),
  traceparent: z.string().optional(),
});

/** The event as a CloudEvent in Kafka's binary mode: attributes in headers, data as the JSON value, the aggregate's id as the key. */
export function toWire(event: EventEnvelope): WireMessage {
  return {
    key: event.key,
    value: JSON.stringify(event.data),
    headers: {
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: event.id,
      ce_type: event.type,
      ce_source: event.source,
      ce_time: event.time,
      ce_plazaversion: String(event.version),
      ce_plazaproject: event.projectId,
      ce_plazasequence: String(event.sequence),
      ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
    },
  };
}

interface ReceivedMessage {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: IHeaders | undefined;
}

/** The event that a message holds, or why there is none. */
export function fromWire(topic: string, message: ReceivedMessage): DeliveredMessage {
  const key = message.key?.toString('utf8') ?? '';
  const raw = message.value?.toString('utf8') ?? '';
  const undecodable = (reason: string): DeliveredMessage => ({ topic, key, content: { kind: 'undecodable', reason, raw } });
  const headers = headersSchema.safeParse(textHeaders(message.headers ?? {}));
  if (!headers.success) return undecodable(`The headers are no CloudEvent of Plaza's: ${z.prettifyError(headers.error)}`);
  const data = readObject(raw);
  if (data === undefined) return undecodable('The value is no JSON object.');
  const { ce_id: id, ce_type: type, ce_source, ce_time: time, ce_plazaversion: version, ce_plazaproject: projectId, ce_plazasequence: sequence, traceparent } = headers.data;
  const source = ce_source as ServiceName;
  const event: EventEnvelope = { ...{ id, type, version, source, time, projectId, key, sequence, data }, ...(traceparent === undefined ? {} : { traceparent }) };
  return { topic, key, content: { kind: 'event', event } };
}

function textHeaders(headers: IHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined || Array.isArray(value) ? [] : [[name, value.toString()]])));
}

function readObject(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
