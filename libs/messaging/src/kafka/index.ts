export type { KafkaSettings } from './broker.ts';
export * from './kafka-transport.ts';
