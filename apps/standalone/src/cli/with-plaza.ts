import { resolve } from 'node:path';
import { readSettings } from '@plaza/chassis';
import { openDatabase } from '../database.ts';
import type { Plaza } from '../plaza.ts';
import { openPlaza } from '../run.ts';

/** Runs a command on Plaza's services, built but not at work, so that it may run beside a Plaza that is. */
export async function withPlaza(work: (plaza: Plaza) => Promise<void>): Promise<void> {
  const settings = { ...readSettings(), PORT: 0, PLAZA_LOG_LEVEL: 'silent' as const };
  const database = await openDatabase(settings, resolve(settings.PLAZA_DATA));
  try {
    const { plaza } = await openPlaza(settings, database, 'commands');
    try {
      await work(plaza);
    } finally {
      await plaza.stop();
    }
  } finally {
    if (!database.isAdopted) await database.stop();
  }
}
