import { startKafka } from '../containers/kafka.mjs';
import { startPostgres } from '../containers/postgres.mjs';
import { openBroker } from './database-broker.mjs';
import { FAST } from './fast-postgres.mjs';

/** Real Kafka and Postgres for a whole run; `kafka-teardown.mjs` ends them. Members of a group that die are missed after a second. */
export default async function setUp() {
  const [kafka, postgres] = await Promise.all([startKafka({ KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS: '1000' }), startPostgres(FAST)]);
  globalThis.plazaContainers = [kafka, postgres];
  process.env.PLAZA_TEST_KAFKA = kafka.broker;
  process.env.PLAZA_TEST_POSTGRES = postgres.url;
  process.env.PLAZA_TEST_DATABASE = await openBroker();
}
