import type { LookupReading, Published, Refused } from '../kit/index.ts';

/** One page of a list of the Graph API. */
export interface Listed<T> {
  readonly data: readonly T[];
  readonly paging?: { readonly cursors?: { readonly after?: string | undefined } | undefined; readonly next?: string | undefined } | undefined;
}

const MAX_PAGES = 5;

/** The oldest hit of the first page that has one, in a list that begins with the newest: of several posts that fit, the first after the attempt is ours. `read` asks for the page behind a cursor; only cursors are taken from answers, never addresses. */
export async function findListed<T>(
  read: (after: string | undefined) => Promise<{ readonly kind: 'answer'; readonly value: Listed<T> } | Refused>,
  isHit: (item: T) => boolean,
): Promise<{ readonly kind: 'hit'; readonly item: T } | Exclude<LookupReading, Published>> {
  let after: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await read(after);
    if (answer.kind === 'refused') return { kind: 'inconclusive', message: answer.message };
    const hit = answer.value.data.findLast(isHit);
    if (hit !== undefined) return { kind: 'hit', item: hit };
    const { paging } = answer.value;
    after = paging?.next === undefined ? undefined : paging.cursors?.after;
    if (after === undefined) return { kind: 'absent' };
  }
  return { kind: 'inconclusive', message: `The list goes on beyond ${MAX_PAGES} pages.` };
}
