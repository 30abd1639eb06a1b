import { readSettings } from '@plaza/chassis';
import { events } from '@plaza/contracts';
import { applyTopics, inspectCluster, kafkaSettings, KafkaTransport, planTopics, topicSettings, withAdmin } from '@plaza/messaging/kafka';
import { startSecuredKafka } from './secured-kafka.mjs';

const kafka = await startSecuredKafka();
afterAll(() => kafka.stop());

const settings = (own: Readonly<Record<string, string>>) =>
  readSettings({ KAFKA_BROKERS: kafka.broker, KAFKA_TLS: 'true', KAFKA_TLS_CA: kafka.ca, KAFKA_SASL_USERNAME: 'plaza', KAFKA_SASL_PASSWORD: kafka.password, ...own });

describe('a cluster that asks for TLS and a user', () => {
  it.each(['plain', 'scram-sha-256', 'scram-sha-512'])('carries events of a user of %s', async (mechanism) => {
    const from = settings({ KAFKA_SASL_MECHANISM: mechanism, KAFKA_PREFIX: `${mechanism}.`, KAFKA_PARTITIONS: '1' });
    const connection = kafkaSettings(from, 'plaza-test');
    await withAdmin(connection, (admin) => applyTopics(admin, planTopics(events, topicSettings(from))));
    const transport = new KafkaTransport(connection, () => undefined);
    const delivered = Promise.withResolvers<string>();
    await transport.subscribe({ service: 'gateway', topics: ['key.revoked'], deliver: async ({ key }) => delivered.resolve(key) });
    const id = '0198c0de-0000-7000-8000-00000000000a';
    await transport.publish([{ id, type: 'key.revoked', version: 1, source: 'gateway', time: '2026-11-22T10:00:00.000Z', projectId: id, key: mechanism, sequence: 1, data: { keyId: id } }]);
    expect(await delivered.promise).toBe(mechanism);
    await transport.close();
  });

  it('refuses a wrong password, and says so', async () => {
    const from = settings({ KAFKA_SASL_MECHANISM: 'scram-sha-256', KAFKA_SASL_PASSWORD: 'wrong' });
    expect(await inspectCluster(kafkaSettings(from, 'plaza-test'), [])).toEqual({ kind: 'problem', sentence: expect.stringContaining('refuses the user') });
  });

  it('is not trusted without its certificate', async () => {
    const { KAFKA_TLS_CA: _ca, ...from } = settings({ KAFKA_SASL_MECHANISM: 'plain' });
    expect(await inspectCluster(kafkaSettings(from, 'plaza-test'), [])).toEqual({ kind: 'away', reason: expect.stringMatching(/self.signed|certificate/) });
  });
});
