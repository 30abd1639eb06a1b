import type { SimulatedResponse } from '../../kit/simulator.ts';
import { json } from '../../kit/simulation/index.ts';
import { invalid } from './answers.ts';

const DEFAULT_PAGE_SIZE = 25;
const MAX_PAGE_SIZE = 250;

/** A page of a list; the bookmark is where the next one begins. */
export function listPage<T>(rows: readonly T[], query: URLSearchParams, shown: (row: T) => object): SimulatedResponse {
  const size = Number(query.get('page_size') ?? DEFAULT_PAGE_SIZE);
  if (!Number.isInteger(size) || size < 1 || size > MAX_PAGE_SIZE) return invalid(`Parameter 'page_size' is not between 1 and ${MAX_PAGE_SIZE}.`);
  const bookmark = query.get('bookmark');
  const start = bookmark === null ? 0 : Number.parseInt(Buffer.from(bookmark, 'base64url').toString('utf8'), 10);
  if (Number.isNaN(start)) return invalid("Parameter 'bookmark' is not valid.");
  const end = start + size;
  return json(200, { items: rows.slice(start, end).map(shown), bookmark: end < rows.length ? Buffer.from(String(end)).toString('base64url') : null });
}
