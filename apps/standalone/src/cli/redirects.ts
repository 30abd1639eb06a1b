import { orStop, say } from '@plaza/chassis';
import { Command } from 'commander';
import { withPlaza } from './with-plaza.ts';

/** `plaza redirects ...` */
export function redirectCommands(): Command {
  const redirects = new Command('redirects').description("A project's list of allowed redirect targets; while it is empty any https target is taken");
  const project = ['--project <name>', 'project by name or id', 'default'] as const;
  redirects
    .command('add')
    .argument('<url>')
    .option(...project)
    .action((url: string, options: { project: string }) =>
      withPlaza(async ({ gateway, connect }) => {
        await connect.redirectList.add(orStop(await gateway.projects.find(options.project)).projectId, url);
        say('added');
      }),
    );
  redirects
    .command('remove')
    .argument('<url>')
    .option(...project)
    .action((url: string, options: { project: string }) =>
      withPlaza(async ({ gateway, connect }) => {
        const isRemoved = await connect.redirectList.remove(orStop(await gateway.projects.find(options.project)).projectId, url);
        say(isRemoved ? 'removed' : 'it was not on the list');
      }),
    );
  redirects
    .command('list')
    .option(...project)
    .action((options: { project: string }) =>
      withPlaza(async ({ gateway, connect }) => {
        for (const url of await connect.redirectList.list(orStop(await gateway.projects.find(options.project)).projectId)) say(url);
      }),
    );
  return redirects;
}
