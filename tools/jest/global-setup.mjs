import { openBroker } from './database-broker.mjs';

/** Workers inherit the environment, which is Jest's one way to tell them something. */
export default async function setUp() {
  process.env.PLAZA_TEST_DATABASE = await openBroker();
}
