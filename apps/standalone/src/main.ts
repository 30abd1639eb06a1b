import { OperatorError } from '@plaza/contracts';
import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { SettingsError } from '@plaza/chassis';
import { run } from './run.ts';

const HELP = `Starts Plaza: all services in one process. Settings are environment variables, see docs/configuration.md.

  --restored   after a restored back-up: what was due until now is reconciled with the platforms and not sent
  --help       this text
`;

try {
  const { values } = parseArgs({ options: { restored: { type: 'boolean' }, help: { type: 'boolean' } } });
  if (values.help === true) process.stdout.write(HELP);
  else await run((line) => void process.stdout.write(`${line}\n`), values.restored === true);
  process.exit(0);
} catch (error) {
  const isPlain = error instanceof OperatorError || error instanceof SettingsError || (error instanceof TypeError && 'code' in error);
  process.stderr.write(`${isPlain ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}
