import 'reflect-metadata';
import { SettingsError } from '@plaza/chassis';
import { Command } from 'commander';
import { accountCommands } from './cli/accounts.ts';
import { auditCommands } from './cli/audit.ts';
import { deadLetterCommands } from './cli/dead-letters.ts';
import { keyCommands } from './cli/keys.ts';
import { projectCommands } from './cli/projects.ts';
import { redirectCommands } from './cli/redirects.ts';
import { PlainError } from './plain-error.ts';

const program = new Command('plaza')
  .description("The operator's commands. They work on the data of PLAZA_DATA or DATABASE_URL, whether Plaza is running or not.")
  .showHelpAfterError()
  .configureHelp({ showGlobalOptions: true });
for (const commands of [keyCommands, projectCommands, redirectCommands, accountCommands, deadLetterCommands, auditCommands]) program.addCommand(commands());

try {
  await program.parseAsync();
  process.exit(process.exitCode ?? 0);
} catch (error) {
  const isPlain = error instanceof PlainError || error instanceof SettingsError;
  process.stderr.write(`${isPlain ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}
