import { orStop, say, sayTable, type Opener } from '@plaza/chassis';
import { Command } from 'commander';
import type { Gateway } from '../gateway.module.ts';

/** `plaza projects ...` */
export function projectCommands(open: Opener<Gateway>): Command {
  const projects = new Command('projects').description('Projects: the tenants of this Plaza');
  projects
    .command('create')
    .description('Make a project')
    .argument('<name>')
    .action((name: string) =>
      open(async (gateway) => {
        const { project, isNew } = await gateway.projects.ensure(name);
        say(`${isNew ? 'made' : 'there was already'} ${project.name} ${project.projectId}`);
      }),
    );
  projects
    .command('list')
    .description('List the projects')
    .action(() =>
      open(async (gateway) => {
        const rows = (await gateway.projects.list()).map(({ projectId, name, createdAt }) => [projectId, name, createdAt.toISOString()]);
        sayTable(['id', 'name', 'made'], rows);
      }),
    );
  projects
    .command('remove')
    .description('End a project: its keys are refused from now on; its data stays until it is purged')
    .argument('<name>', 'name or id')
    .action((name: string) =>
      open(async (gateway) => {
        orStop(await gateway.projects.remove(name));
        say('removed');
      }),
    );
  return projects;
}
