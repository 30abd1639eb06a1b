import { spawnSync } from 'node:child_process';
import { describeWalk } from '../../apps/standalone/src/walk.spec-support.ts';

const [compose = '', ...first] = (process.env['PLAZA_TEST_COMPOSE'] ?? '').split(' ');

function run(...parameters: string[]): string {
  const { status, stdout, stderr } = spawnSync(compose, [...first, ...parameters], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${parameters.join(' ')} failed: ${stderr}`);
  return stdout;
}

/** What the operator runs; the containers stay up. */
describeWalk('the compose file', async () => {
  const services = run('config', '--services').split('\n').filter((name) => !['', 'kafka', 'postgres', 'secrets', 'migrate', 'topics', 'operator'].includes(name));
  return {
    url: 'http://localhost:3000',
    ledgerUrl: 'http://127.0.0.1:3001/_/ledger',
    testKey: run('run', '--rm', 'gateway', 'keys', 'create', '--project', 'default', '--test').trim(),
    async restart(signal) {
      run(...(signal === 'SIGTERM' ? ['stop'] : ['kill']), ...services);
      run('up', '-d');
      for (let tries = 0; tries < 300; tries += 1) {
        if (await fetch('http://127.0.0.1:3000/v1/health').then(({ ok }) => ok, () => false)) return;
        await new Promise((next) => setTimeout(next, 200));
      }
      throw new Error('The gateway did not come back.');
    },
    output: () => run('logs', '--no-color'),
    cleanUp: async () => undefined,
  };
});
