import { events, OperatorError, type ServiceName } from '@plaza/contracts';
import type { Transport } from '../transport.ts';
import type { KafkaSettings } from './broker.ts';
import { inspectCluster, typesOf } from './cluster.ts';
import { KafkaTransport } from './kafka-transport.ts';
import type { TopicSettings } from './topics.ts';

/** The settings that concern Kafka, as the environment gives them. */
export interface KafkaEnvironment {
  readonly KAFKA_BROKERS: readonly string[];
  readonly KAFKA_PREFIX: string;
  readonly KAFKA_TLS: boolean;
  readonly KAFKA_TLS_CA?: string | undefined;
  readonly KAFKA_TLS_CERT?: string | undefined;
  readonly KAFKA_TLS_KEY?: string | undefined;
  readonly KAFKA_SASL_MECHANISM?: 'plain' | 'scram-sha-256' | 'scram-sha-512' | undefined;
  readonly KAFKA_SASL_USERNAME: string;
  readonly KAFKA_SASL_PASSWORD: string;
  readonly KAFKA_PARTITIONS: number;
  readonly KAFKA_REPLICATION: number;
  readonly KAFKA_RETENTION_HOURS: number;
}

/** How a client reaches the cluster of these settings. */
export function kafkaSettings(from: KafkaEnvironment, clientId: string): KafkaSettings {
  const { KAFKA_TLS_CA: ca, KAFKA_TLS_CERT: cert, KAFKA_TLS_KEY: key, KAFKA_SASL_MECHANISM: mechanism } = from;
  return {
    ...{ brokers: from.KAFKA_BROKERS, clientId, prefix: from.KAFKA_PREFIX },
    ...(from.KAFKA_TLS ? { tls: { ...(ca === undefined ? {} : { ca }), ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) } } : {}),
    ...(mechanism === undefined ? {} : { sasl: { mechanism, username: from.KAFKA_SASL_USERNAME, password: from.KAFKA_SASL_PASSWORD } }),
  };
}

/** How its topics shall be. */
export function topicSettings(from: KafkaEnvironment): TopicSettings {
  return { prefix: from.KAFKA_PREFIX, partitions: from.KAFKA_PARTITIONS, replication: from.KAFKA_REPLICATION, retentionHours: from.KAFKA_RETENTION_HOURS };
}

/** What a service on Kafka needs of its process. */
export interface KafkaHost {
  readonly settings: KafkaEnvironment;
  readonly logger: { warn(details: object, message: string): void };
}

/**
 * Builds a service on Kafka. Its start looks at the cluster first: one that can never work is an {@link OperatorError}; one that is away is
 * not waited for, since what needs no events, taking posts above all, works without. The transport ends with the service.
 */
export async function onKafka<S extends { start(): Promise<void>; stop(): Promise<void> }>(host: KafkaHost, name: ServiceName, create: (transport: Transport) => Promise<S>): Promise<S> {
  const settings = kafkaSettings(host.settings, `plaza-${name}`);
  const transport = new KafkaTransport(settings, (message, details) => host.logger.warn(details, message));
  const service = await create(transport);
  return {
    ...service,
    async start() {
      const state = await inspectCluster(settings, typesOf(events, name));
      if (state.kind === 'problem') throw new OperatorError(state.sentence);
      if (state.kind === 'away') host.logger.warn({ reason: state.reason }, 'Events wait until Kafka is there.');
      await service.start();
    },
    async stop() {
      await service.stop();
      await transport.close();
    },
  };
}
