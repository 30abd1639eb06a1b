import type { EventContract } from '../events/define.ts';
import { toJsonSchema, type JsonSchema } from './json-schema.ts';

const HEADERS = {
  type: 'object',
  required: ['ce_specversion', 'ce_id', 'ce_type', 'ce_source', 'ce_time'],
  properties: {
    ce_specversion: { const: '1.0' },
    ce_id: { type: 'string', format: 'uuid' },
    ce_type: { type: 'string' },
    ce_source: { type: 'string' },
    ce_time: { type: 'string', format: 'date-time' },
    ce_plazaversion: { type: 'string', description: "The version of the event's data." },
    ce_plazaproject: { type: 'string', format: 'uuid' },
    ce_plazasequence: { type: 'string', description: 'Grows with each event of the aggregate.' },
    traceparent: { type: 'string' },
  },
};

/** The AsyncAPI 3.0 document of the given events, made from the schemas that check them. */
export function asyncApiDocument(events: readonly EventContract[], version: string): JsonSchema {
  const schemas: Record<string, JsonSchema> = { CloudEventHeaders: HEADERS };
  const channels: Record<string, JsonSchema> = {};
  const operations: Record<string, JsonSchema> = {};
  for (const event of events) {
    channels[event.type] = channel(event, schemas);
    operations[`${event.producer}.send.${event.type}`] = { action: 'send', channel: { $ref: `#/channels/${event.type}` }, summary: event.summary };
    for (const consumer of event.consumers) {
      operations[`${consumer}.receive.${event.type}`] = { action: 'receive', channel: { $ref: `#/channels/${event.type}` }, summary: event.summary };
    }
  }
  return {
    asyncapi: '3.0.0',
    info: { title: 'Plaza events', version, description: 'CloudEvents 1.0 in Kafka\'s binary mode; the topic is the event type, the key is the id of the aggregate.', license: { name: 'MIT' } },
    defaultContentType: 'application/json',
    channels,
    operations,
    components: { schemas },
  };
}

function channel(event: EventContract, schemas: Record<string, JsonSchema>): JsonSchema {
  const message = {
    name: event.type,
    title: `${event.type} version ${event.version}`,
    summary: event.summary,
    headers: { $ref: '#/components/schemas/CloudEventHeaders' },
    payload: toJsonSchema(event.data, 'output', schemas),
    bindings: { kafka: { key: { type: 'string', description: `Id of the ${event.key}.` } } },
    examples: [{ payload: event.example }],
  };
  return { address: event.type, description: event.summary, messages: { [`v${event.version}`]: message } };
}

/** The topic list: one line a topic with its key, producer and consumers. */
export function topicList(events: readonly EventContract[]): string {
  const rows = events.map(({ type, key, producer, consumers, role }) => `| \`${type}\` | ${key} | ${producer} | ${consumers.join(', ') || 'none inside Plaza'}${role === undefined ? '' : `, role ${role}`} |`);
  return ['# Topics', '', 'Generated from the event registry; `npm run generate` writes it anew.', '', '| topic | key | producer | consumers |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}
