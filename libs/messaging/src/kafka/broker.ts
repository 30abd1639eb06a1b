import kafkajs, { type Kafka, type KafkaConfig } from 'kafkajs';

export const { ConfigResourceTypes } = kafkajs;
export type { Admin, Consumer, EachBatchPayload, IHeaders, Kafka, KafkaMessage, Producer } from 'kafkajs';

/** How a client reaches a Kafka cluster. */
export interface KafkaSettings {
  /** `host:port`, any of the cluster's brokers. */
  readonly brokers: readonly string[];
  /** Shows in the brokers' logs and quotas. */
  readonly clientId: string;
  /** Stands before every topic and group, for clusters that are shared. */
  readonly prefix?: string;
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly sasl?: { readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; readonly username: string; readonly password: string };
  /** A consumer that is silent for so long has left its group. Milliseconds; default 10 seconds. */
  readonly sessionTimeoutMs?: number;
}

/** What is said about a client that has trouble. */
export type OnTrouble = (message: string, details: Record<string, unknown>) => void;

const CONNECT_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 10_000;
/** Short, because whoever calls tries again by itself: the relay with its rows, a consumer by a new start. */
const RETRY = { initialRetryTime: 200, maxRetryTime: 2_000, retries: 4 };

/**
 * A client of a Kafka cluster. This file alone imports kafkajs, which is no longer maintained; its idle timer is patched, see
 * `patches/`. kafkajs logs each try of a request as an error; what it gives up on comes as an exception, and that alone is news.
 */
export function openKafka(settings: KafkaSettings): Kafka {
  const { sasl, tls } = settings;
  const config = {
    clientId: settings.clientId,
    brokers: [...settings.brokers],
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: RETRY,
    logLevel: kafkajs.logLevel.NOTHING,
    ...(tls === undefined ? {} : { ssl: { ...tls } }),
    ...(sasl === undefined ? {} : { sasl: { ...sasl } }),
  };
  return new kafkajs.Kafka(config as KafkaConfig);
}
