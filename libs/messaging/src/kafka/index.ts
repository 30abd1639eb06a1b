export { openKafka, type Admin, type KafkaSettings } from './broker.ts';
export * from './cluster.ts';
export * from './kafka-transport.ts';
export * from './on-kafka.ts';
export * from './topics.ts';
