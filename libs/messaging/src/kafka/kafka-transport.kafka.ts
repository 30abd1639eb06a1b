import { events } from '@plaza/contracts';
import { describeTransport } from '@plaza/testing';
import { openKafka } from './broker.ts';
import { KafkaTransport } from './kafka-transport.ts';

const brokers = [process.env['PLAZA_TEST_KAFKA'] ?? ''];
const TOPICS = [...new Set([...events.map(({ type }) => type), 'moon.rose'])];
const made = new Set<string>();

/** Each test has topics and groups of its own, so none hears of another's messages. */
async function makeTopics(prefix: string): Promise<void> {
  if (made.has(prefix)) return;
  made.add(prefix);
  const admin = openKafka({ brokers, clientId: 'plaza-test' }).admin();
  await admin.connect();
  await admin.createTopics({ topics: TOPICS.map((name) => ({ topic: prefix + name, numPartitions: 3, replicationFactor: 1 })), waitForLeaders: true });
  await admin.disconnect();
}

await describeTransport('the Kafka transport', async (scope) => {
  const prefix = `${scope}.`;
  await makeTopics(prefix);
  return new KafkaTransport({ brokers, clientId: 'plaza-test', prefix, sessionTimeoutMs: 1_000 }, () => undefined);
});
