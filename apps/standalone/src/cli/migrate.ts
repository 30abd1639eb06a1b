import { administratorUrl, readSettings, say } from '@plaza/chassis';
import { OperatorError } from '@plaza/contracts';
import { Command } from 'commander';
import { provision, schemas } from '../database.ts';

/** `plaza migrate` */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('Make or bring up to date the roles and schemas of all services in DATABASE_URL; one at a time, safe to repeat')
    .action(async () => {
      const settings = readSettings();
      const url = administratorUrl(settings);
      const { PLAZA_INTERNAL_KEY: internalKey, DATABASE_TLS_CA: tlsCa } = settings;
      if (url === undefined || internalKey === undefined) throw new OperatorError('Set DATABASE_URL, as a user who may create roles, and PLAZA_INTERNAL_KEY.');
      await provision(url, internalKey, tlsCa);
      say(`up to date: ${schemas.map(({ service }) => service).join(', ')}`);
    });
}
