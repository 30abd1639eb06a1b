import 'reflect-metadata';
import { SettingsError } from '@plaza/chassis';
import { PlainError } from './plain-error.ts';
import { run } from './run.ts';

try {
  await run((line) => void process.stdout.write(`${line}\n`));
  process.exit(0);
} catch (error) {
  const isPlain = error instanceof PlainError || error instanceof SettingsError;
  process.stderr.write(`${isPlain ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}
