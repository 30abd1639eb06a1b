// Plaza in one process with its own embedded Postgres, as `npm start` runs it.
import { withChildren } from '../../memory.mjs';
import { databaseOf, startPlaza } from '../../plaza-process.mjs';
import { CONCURRENCY } from './peer.mjs';
import { plazaContender } from './plaza.mjs';

async function launch({ dataFolder, environment, nodeFlags }) {
  const { url, pid, key, stop } = await startPlaza({ dataFolder, environment, nodeFlags, script: 'apps/standalone/dist/main.js' });
  const database = databaseOf(dataFolder);
  return { url, key, stop, databaseUrl: database.url, processes: () => ({ plaza: [pid], postgres: withChildren(database.pid) }) };
}

export const plazaStandalone = plazaContender({
  name: 'plaza-standalone',
  label: 'Plaza standalone',
  note: `the whole protocol with its ledger, concurrency ${CONCURRENCY}, 1,000 accounts, a fresh connection for each visible call; the worker shares its process with all services`,
  takesWorkers: false,
  launch,
});
