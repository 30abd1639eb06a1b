import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { say } from '@plaza/chassis';
import { OperatorError } from '@plaza/contracts';
import { newKeyring } from '@plaza/vault';
import { Command } from 'commander';

const KINDS = {
  keyring: () => `${JSON.stringify(newKeyring())}\n`,
  random: () => randomBytes(32).toString('base64url'),
};

/** `plaza secrets ...` */
export function secretCommands(): Command {
  const secrets = new Command('secrets').description('Secrets as files, for a first start');
  secrets
    .command('create')
    .description('Write new secrets into files that do not exist yet; one that exists is never touched')
    .argument('<kind=file...>', `kind: ${Object.keys(KINDS).join(' or ')}`)
    .action((wanted: string[]) => {
      for (const item of wanted) create(item);
    });
  return secrets;
}

function create(item: string): void {
  const [kind = '', file = ''] = item.split('=');
  if (!(kind in KINDS) || file === '') throw new OperatorError(`${item} is not of the form kind=file, with one of the kinds ${Object.keys(KINDS).join(', ')}.`);
  if (existsSync(file)) return say(`${file} is there already`);
  mkdirSync(dirname(file), { recursive: true });
  // Whoever may see the folder may read it: it is mounted to its readers alone, each of whom runs as another user.
  writeFileSync(file, KINDS[kind as keyof typeof KINDS](), { mode: 0o444, flag: 'wx' });
  return say(`${file} is new`);
}
