import { GenericContainer, Wait } from 'testcontainers';
import { freePorts } from '../fleet/ports.mjs';
import { requireEngine } from './engine.mjs';

export const KAFKA_IMAGE = 'apache/kafka:4.1.0';

/**
 * Starts a broker (KRaft, one node, no topic made by itself) on loopback. The port is chosen before the start, since the broker has to
 * tell it to its clients, and stays the same over restarts. `settings` are the broker's own, e.g. `KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS`, or
 * a function of the port that gives them; `command` starts it.
 */
export async function startKafka(settings = {}, command = ['/etc/kafka/docker/run']) {
  await requireEngine();
  const [port] = await freePorts(1);
  const container = await new GenericContainer(KAFKA_IMAGE)
    .withCommand(command)
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_LISTENERS: 'PLAINTEXT://:9092,CONTROLLER://:9093',
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '4',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_HEAP_OPTS: '-Xms256m -Xmx512m',
      ...(typeof settings === 'function' ? settings(port) : settings),
    })
    .withExposedPorts({ container: 9092, host: port })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .start();
  return { broker: `127.0.0.1:${port}`, container, stop: () => container.stop() };
}
