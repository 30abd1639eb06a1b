import { integrationConnected, type EventEnvelope } from '@plaza/contracts';
import { CloudEvent, Kafka } from 'cloudevents';
import { fromWire, toWire } from './cloud-events.ts';

const EVENT: EventEnvelope = {
  id: '0198c0de-0000-7000-8000-00000000000a',
  type: integrationConnected.type,
  version: 1,
  source: 'connect',
  time: '2026-11-22T10:00:00.000Z',
  projectId: '0198c0de-0000-7000-8000-0000000000aa',
  key: '0198c0de-0000-7000-8000-000000000001',
  sequence: 7,
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  data: integrationConnected.example,
};

function received(message: ReturnType<typeof toWire>): Parameters<typeof fromWire>[1] {
  const headers = Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, Buffer.from(value)]));
  return { key: Buffer.from(message.key), value: Buffer.from(message.value), headers };
}

describe('an event in Kafka’s binary mode', () => {
  it('comes out as it went in', () => {
    expect(fromWire(EVENT.type, received(toWire(EVENT)))).toEqual({ topic: EVENT.type, key: EVENT.key, content: { kind: 'event', event: EVENT } });
  });

  it('is a CloudEvent to the CloudEvents SDK', () => {
    const { key, value, headers } = toWire(EVENT);
    const read = Kafka.toEvent({ headers, body: value, ...{ key, value } }) as CloudEvent;
    expect(read.validate()).toBe(true);
    expect(read).toMatchObject({ specversion: '1.0', id: EVENT.id, type: EVENT.type, source: EVENT.source, time: EVENT.time, datacontenttype: 'application/json' });
    expect(read).toMatchObject({ plazaversion: '1', plazaproject: EVENT.projectId, plazasequence: '7' });
    expect(read.data).toEqual(EVENT.data);
  });

  it('has the headers that the CloudEvents SDK writes, and only those beside trace context', () => {
    const { id, type, source, time, data, key } = EVENT;
    const event = new CloudEvent({ id, type, source, time, data, datacontenttype: 'application/json', partitionkey: key, plazaversion: '1', plazaproject: EVENT.projectId, plazasequence: '7' });
    const { headers: written } = Kafka.binary(event);
    const { traceparent: _trace, ...ours } = toWire(EVENT).headers;
    const { ce_partitionkey: _key, ce_datacontenttype: _type, ...theirs } = { ...written } as Record<string, unknown>;
    expect(ours).toEqual(theirs);
  });
});

describe('a message that is no event', () => {
  const without = (name: string): Parameters<typeof fromWire>[1] => {
    const message = received(toWire(EVENT));
    const { [name]: _gone, ...headers } = message.headers ?? {};
    return { ...message, headers };
  };

  it.each(['ce_specversion', 'ce_id', 'ce_type', 'ce_source', 'ce_time', 'ce_plazaversion', 'ce_plazaproject', 'ce_plazasequence'])('is undecodable without %s, and says so', (name) => {
    expect(fromWire('t', without(name))).toMatchObject({ topic: 't', key: EVENT.key, content: { kind: 'undecodable', reason: expect.stringContaining(name), raw: toWire(EVENT).value } });
  });

  it.each([
    ['a tombstone', null],
    ['text', 'not JSON'],
    ['a JSON list', '[]'],
    ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe])],
  ])('is undecodable when the value is %s', (_what, value) => {
    const message = { ...received(toWire(EVENT)), value: value === null ? null : Buffer.from(value) };
    expect(fromWire('t', message).content).toMatchObject({ kind: 'undecodable', reason: 'The value is no JSON object.' });
  });
});
