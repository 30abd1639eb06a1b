import { orStop, say, sayTable, type Opener } from '@plaza/chassis';
import { SCOPES, scopeSchema, type Mode, type Scope } from '@plaza/contracts';
import { Command, InvalidArgumentError } from 'commander';
import { presentKey } from '../adapters/http/keys.controller.ts';
import type { Gateway } from '../gateway.module.ts';

interface CreateOptions {
  readonly project: string;
  readonly test?: boolean;
  readonly live?: boolean;
  readonly name: string;
  readonly scopes?: Scope[];
  readonly expires?: Date;
}

/** `plaza keys ...` */
export function keyCommands(open: Opener<Gateway>): Command {
  const keys = new Command('keys').description('API keys of a project');
  keys
    .command('create')
    .description('Make a key; it is printed once and never again')
    .option('--project <name>', 'project by name or id', 'default')
    .option('--test', 'a key that reaches the sandbox only')
    .option('--live', 'a key that reaches the real platforms (default)')
    .option('--name <name>', 'what the key is for', 'operator')
    .option('--scopes <list>', `comma-separated; default: all (${SCOPES.join(', ')})`, readScopes)
    .option('--expires <time>', 'ISO 8601 time after which it is refused', readTime)
    .action((options: CreateOptions) => open((gateway) => create(gateway, options)));
  keys
    .command('list')
    .description('List the keys of a project')
    .option('--project <name>', 'project by name or id', 'default')
    .action((options: { project: string }) =>
      open(async (gateway) => {
        const { projectId } = orStop(await gateway.projects.find(options.project));
        const { keys: found } = await gateway.keys.list(projectId, 1, 1_000);
        const rows = found.map(presentKey).map((key) => [key.id, key.prefix, key.name, key.lastUsedAt ?? 'never', key.revokedAt === null ? 'in force' : `revoked ${key.revokedAt}`]);
        sayTable(['id', 'key begins with', 'name', 'last used', 'state'], rows);
      }),
    );
  keys
    .command('revoke')
    .description('Revoke a key; it is refused everywhere within a second')
    .argument('<id>', 'id of the key')
    .option('--project <name>', 'project by name or id', 'default')
    .action((id: string, options: { project: string }) =>
      open(async (gateway) => {
        const { projectId } = orStop(await gateway.projects.find(options.project));
        orStop(await gateway.keys.revoke(projectId, id));
        say('revoked');
      }),
    );
  return keys;
}

async function create(gateway: Gateway, options: CreateOptions): Promise<void> {
  if (options.test === true && options.live === true) throw new InvalidArgumentError('Give --test or --live, not both.');
  const mode: Mode = options.test === true ? 'test' : 'live';
  // The project of that name is always there: whoever starts has one less thing to make.
  const { projectId } = options.project === 'default' ? (await gateway.projects.ensure('default')).project : orStop(await gateway.projects.find(options.project));
  const made = await gateway.keys.create({ projectId, name: options.name, mode, scopes: options.scopes ?? SCOPES, expiresAt: options.expires ?? null });
  say(orStop(made).text);
}

function readScopes(list: string): Scope[] {
  return list.split(',').map((name) => {
    const scope = scopeSchema.safeParse(name.trim());
    if (!scope.success) throw new InvalidArgumentError(`${name} is no scope. Scopes are: ${SCOPES.join(', ')}.`);
    return scope.data;
  });
}

function readTime(text: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime()) || time <= new Date()) throw new InvalidArgumentError('Give a time in the future, e.g. 2027-01-31T00:00:00Z.');
  return time;
}
