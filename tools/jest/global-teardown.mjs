import { closeBroker } from './database-broker.mjs';

/** Ends the database, and fails the run when a spec file forgot to drop its own: its leaked connections would go unseen. */
export default async function tearDown() {
  const left = await closeBroker();
  if (left.length > 0) throw new Error(`Test databases were not dropped; call drop() in afterAll: ${left.join(', ')}`);
}
