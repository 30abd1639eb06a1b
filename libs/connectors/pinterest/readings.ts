import type { Readings } from '../kit/index.ts';
import { readPages } from './pages.ts';
import { boardsSchema } from './schemas.ts';

/** An account has 2000 boards at most, which are eight pages; a list that goes on far beyond never ends. */
const MOST_PAGES = 40;

export const readings: Readings = {
  /** The boards that the account may pin on, in Pinterest's order. */
  boards: async (context, { credential }) => {
    const boards = await readPages(context, credential, '/boards', boardsSchema, { mostPages: MOST_PAGES });
    if (boards.kind === 'refused') return boards;
    if (!boards.isComplete) return { kind: 'refused', category: 'platform_error', code: 'endless', message: `Pinterest's list of boards goes on beyond ${MOST_PAGES} pages.` };
    return { kind: 'reading', value: boards.items.map(({ id, name, description, privacy }) => ({ id, name, description: description ?? null, privacy: privacy ?? 'PUBLIC' })) };
  },
};
