// What became of accepted posts, by two witnesses: Plaza's own rows, and the ledger of the simulated platforms, which knows what was really
// published. Every text is of one target, so a text is its name; a thread has the texts of its further posts beside it.

import { partsOf } from './kinds.mjs';

const ENDED = ['published', 'failed', 'canceled', 'unconfirmed'];

/**
 * `accepted`: texts that were answered 202, each with its platform. `targets`: `{ text, state, error }` of every target. `ledger`: the
 * sandbox's entries. `mayBeUnconfirmed` and `mayFail` hold the texts of which such an end is the honest one. Returns lists of texts:
 * - `lost`: accepted, and not there any more; published, and unknown to the platform, or in part; given up without a reason
 * - `doubled`: on the platform more than once, or a post of a thread is
 * - `stuck`: not ended
 * - `unexplained`: ended in doubt, or as failed although the platform has it, where nothing happened that could explain that
 */
export function judge({ accepted, targets, ledger, mayBeUnconfirmed = new Set(), mayFail = new Set() }) {
  const byText = new Map(targets.map((target) => [target.text, target]));
  const seen = Map.groupBy(ledger, ({ text }) => text);
  const count = (text) => seen.get(text)?.length ?? 0;
  const most = (text) => Math.max(...partsOf(text).map(count));
  const least = (text) => Math.min(...partsOf(text).map(count));
  const verdict = { accepted: accepted.length, published: 0, unconfirmed: 0, failed: 0, lost: [], doubled: [], stuck: [], unexplained: [] };
  const texts = new Set([...accepted.map(({ text }) => text), ...byText.keys()]);
  for (const text of texts) {
    const state = byText.get(text)?.state;
    if (most(text) > 1) verdict.doubled.push(text);
    if (state === undefined) verdict.lost.push(text);
    else if (!ENDED.includes(state)) verdict.stuck.push(text);
    else if (state === 'published') {
      verdict.published += 1;
      if (least(text) === 0) verdict.lost.push(text);
    } else if (state === 'unconfirmed') {
      verdict.unconfirmed += 1;
      if (!mayBeUnconfirmed.has(text)) verdict.unexplained.push(text);
    } else if (most(text) > 0) verdict.unexplained.push(text);
    else if (state === 'failed' && mayFail.has(text)) verdict.failed += 1;
    else verdict.lost.push(text);
  }
  return verdict;
}

/** Whether nothing was lost, doubled, stuck or in doubt without a reason. */
export function isClean({ lost, doubled, stuck, unexplained }) {
  return [lost, doubled, stuck, unexplained].every((texts) => texts.length === 0);
}
