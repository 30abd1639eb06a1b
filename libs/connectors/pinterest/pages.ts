import type { z } from 'zod';
import { withQuery, type AccountCredential, type CallContext, type Refused } from '../kit/index.ts';
import { ask } from './call.ts';

/** The most that a page may hold (API v5, pagination). */
const PAGE_SIZE = 250;

interface Page<T> {
  readonly items: readonly T[];
  readonly bookmark?: string | null | undefined;
}

export interface Pages<T> {
  readonly kind: 'pages';
  readonly items: readonly T[];
  /** The list ended; else it was left after `mostPages`, or when `isEnough` said so. */
  readonly isComplete: boolean;
}

interface Limits<T> {
  readonly mostPages: number;
  /** Asked after each page, with all items so far. */
  readonly isEnough?: (items: readonly T[]) => boolean;
}

/** A list of Pinterest's, page by page: each names the next by a bookmark, the last names none. */
export async function readPages<T>(context: CallContext, credential: AccountCredential, path: string, schema: z.ZodType<Page<T>>, limits: Limits<T>): Promise<Pages<T> | Refused> {
  const items: T[] = [];
  let bookmark: string | undefined;
  for (let page = 0; page < limits.mostPages; page += 1) {
    const answer = await ask(context, credential, { method: 'GET', path: withQuery(path, { page_size: String(PAGE_SIZE), bookmark }) }, schema);
    if (answer.kind === 'refused') return answer;
    items.push(...answer.value.items);
    const next = answer.value.bookmark ?? '';
    if (next === '') return { kind: 'pages', items, isComplete: true };
    if (limits.isEnough?.(items) === true) break;
    bookmark = next;
  }
  return { kind: 'pages', items, isComplete: false };
}
