import { Command, InvalidArgumentError } from 'commander';
import { orStop, say, sayTable, withPlaza } from './with-plaza.ts';

/** `plaza projects ...` */
export function projectCommands(): Command {
  const projects = new Command('projects').description('Projects: the tenants of this Plaza');
  projects
    .command('create')
    .description('Make a project')
    .argument('<name>')
    .action((name: string) =>
      withPlaza(async ({ gateway }) => {
        const { project, isNew } = await gateway.projects.ensure(name);
        say(`${isNew ? 'made' : 'there was already'} ${project.name} ${project.projectId}`);
      }),
    );
  projects
    .command('list')
    .description('List the projects')
    .action(() =>
      withPlaza(async ({ gateway }) => {
        const rows = (await gateway.projects.list()).map(({ projectId, name, createdAt }) => [projectId, name, createdAt.toISOString()]);
        sayTable(['id', 'name', 'made'], rows);
      }),
    );
  projects
    .command('remove')
    .description('End a project: its keys are refused from now on; its data stays until it is purged')
    .argument('<name>', 'name or id')
    .action((name: string) =>
      withPlaza(async ({ gateway }) => {
        orStop(await gateway.projects.remove(name));
        say('removed');
      }),
    );
  projects
    .command('set')
    .description("Change a project's settings")
    .argument('<name>', 'name or id')
    .requiredOption('--z-means-local <on|off>', 'read "...Z" beside a timezone as local time, as PostPeer\'s clients mean it', readSwitch)
    .action((name: string, options: { zMeansLocal: boolean }) =>
      withPlaza(async ({ gateway, publishing }) => {
        const { projectId } = orStop(await gateway.projects.find(name));
        await publishing.projectSettings.setZMeansLocal(projectId, options.zMeansLocal);
        say(`z-means-local is ${options.zMeansLocal ? 'on' : 'off'}`);
      }),
    );
  return projects;
}

function readSwitch(text: string): boolean {
  if (text !== 'on' && text !== 'off') throw new InvalidArgumentError('Give on or off.');
  return text === 'on';
}
