import { say } from '@plaza/chassis';
import { OperatorError } from '@plaza/contracts';
import { Command } from 'commander';
import { withPlaza } from './with-plaza.ts';

/** `plaza verify-audit` */
export function auditCommands(): Command {
  return new Command('verify-audit').description('Check the chained records of every use of a secret: an edit, a deletion or a reorder is found').action(() =>
    withPlaza(async ({ gateway, registry, connect }) => {
      let problems = 0;
      for (const { projectId, name } of await gateway.projects.list()) {
        for (const service of [registry, connect]) {
          const problem = await service.verifyAudit(projectId);
          if (problem !== undefined) problems += 1;
          say(`${name} ${service.name}: ${problem ?? 'whole'}`);
        }
      }
      if (problems > 0) throw new OperatorError('The audit records are not whole.');
    }),
  );
}
