import { orStop, say } from '@plaza/chassis';
import { InvalidArgumentError, type Command } from 'commander';
import { withPlaza } from './with-plaza.ts';

/** Adds `plaza projects set`, for which more than the gateway is needed. */
export function addProjectSettings(projects: Command): Command {
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
