import { say, sayTable } from '@plaza/chassis';
import { OperatorError } from '@plaza/contracts';
import type { DeadLetter } from '@plaza/messaging';
import { Command } from 'commander';
import type { Plaza } from '../plaza.ts';
import { withPlaza } from './with-plaza.ts';

/** `plaza dead-letters ...`; a letter is named `service/number`. */
export function deadLetterCommands(): Command {
  const letters = new Command('dead-letters').description('Events that could not be handled');
  letters
    .command('list')
    .description('List them, oldest first')
    .action(() =>
      withPlaza(async (plaza) => {
        const rows = (await Promise.all(plaza.services.map(async ({ name, deadLetters }) => (await deadLetters.list()).map((letter) => row(name, letter))))).flat();
        sayTable(['letter', 'type', 'key', 'tries', 'since', 'reason'], rows);
      }),
    );
  letters
    .command('replay')
    .description('Hand one to its service again, with all its tries; a running Plaza takes it up within seconds')
    .argument('<letter>', 'service/number, as list shows it')
    .action((letter: string) =>
      withPlaza(async (plaza) => {
        const { service, id } = find(plaza, letter);
        if (!(await service.deadLetters.replay(id))) throw new OperatorError(`There is no dead letter ${letter}.`);
        say('it will be tried again');
      }),
    );
  letters
    .command('discard')
    .description('Remove one for good')
    .argument('<letter>', 'service/number, as list shows it')
    .action((letter: string) =>
      withPlaza(async (plaza) => {
        const { service, id } = find(plaza, letter);
        if (!(await service.deadLetters.discard(id))) throw new OperatorError(`There is no dead letter ${letter}.`);
        say('discarded');
      }),
    );
  return letters;
}

function row(service: string, letter: DeadLetter): string[] {
  return [`${service}/${letter.id}`, letter.type, letter.key, String(letter.attempts), letter.deadAt.toISOString(), letter.lastError.split('\n')[0] ?? ''];
}

function find(plaza: Plaza, letter: string): { service: Plaza['services'][number]; id: string } {
  const [name, id = ''] = letter.split('/');
  const service = plaza.services.find((candidate) => candidate.name === name);
  if (service === undefined || !/^\d+$/.test(id)) throw new OperatorError(`${letter} is no dead letter's name; "dead-letters list" shows them.`);
  return { service, id };
}
