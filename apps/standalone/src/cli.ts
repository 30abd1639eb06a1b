import 'reflect-metadata';
import { failProcess, type Opener } from '@plaza/chassis';
import { keyCommands, projectCommands, type Gateway } from '@plaza/gateway';
import { Command } from 'commander';
import { accountCommands } from './cli/accounts.ts';
import { auditCommands } from './cli/audit.ts';
import { deadLetterCommands } from './cli/dead-letters.ts';
import { migrateCommand } from './cli/migrate.ts';
import { addProjectSettings } from './cli/project-settings.ts';
import { redirectCommands } from './cli/redirects.ts';
import { secretCommands } from './cli/secrets.ts';
import { topicCommands } from './cli/topics.ts';
import { withPlaza } from './cli/with-plaza.ts';

const program = new Command('plaza')
  .description("The operator's commands. They work on the data of PLAZA_DATA or DATABASE_URL, whether Plaza is running or not.")
  .showHelpAfterError()
  .configureHelp({ showGlobalOptions: true });
const onGateway: Opener<Gateway> = (work) => withPlaza(({ gateway }) => work(gateway));
program.addCommand(keyCommands(onGateway)).addCommand(addProjectSettings(projectCommands(onGateway)));
for (const commands of [redirectCommands, accountCommands, deadLetterCommands, auditCommands, migrateCommand, topicCommands, secretCommands]) program.addCommand(commands());

try {
  await program.parseAsync();
  process.exit(process.exitCode ?? 0);
} catch (error) {
  failProcess(error);
}
