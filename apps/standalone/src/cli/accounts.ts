import { say } from '@plaza/chassis';
import { Command } from 'commander';
import { withPlaza } from './with-plaza.ts';

/** `plaza accounts ...` */
export function accountCommands(): Command {
  const accounts = new Command('accounts').description('The account read model');
  accounts
    .command('rebuild')
    .description('Build it anew from the state of connect and publishing')
    .action(() =>
      withPlaza(async (plaza) => {
        say(`rebuilt from ${await plaza.accounts.rebuild.execute()} integrations`);
      }),
    );
  return accounts;
}
