import { harmless, type ActingAccount, type CallContext, type Prepared, type Publication, type Refused } from '../kit/index.ts';
import { draftBody, slugOf } from './body.ts';
import { callApi, jsonRequest, type CallResult } from './call.ts';
import { checkpointSchema, createdSchema, listSchema, readSchema, type Checkpoint } from './schemas.ts';
import type { z } from 'zod';

const DEFAULT_WAIT_MS = 5_000;
/** A post that is not built by now will not be. */
const LONGEST_BUILDING_MS = 60 * 60_000;
const CLOCK_SKEW_SECONDS = 120;

type Save = (checkpoint: Checkpoint) => Promise<void>;

export const postsPath = (account: Publication['account']): string => `/publications/${encodeURIComponent(account.platformUserId)}/posts`;

export function readPost(context: CallContext, { account, credential }: ActingAccount, id: string): Promise<CallResult<z.infer<typeof readSchema>>> {
  return callApi(context, credential, { method: 'GET', path: `${postsPath(account)}/${encodeURIComponent(id)}` }, readSchema);
}

/** Looks for a draft whose id was lost with the answer; a post of the same slug from before is another. */
async function findDraft(context: CallContext, publication: Publication, sinceMs: number): Promise<{ readonly id: string | undefined } | Refused> {
  const { account, credential } = publication;
  const path = `${postsPath(account)}?slugs[]=${encodeURIComponent(slugOf(publication))}&status=all`;
  const result = await callApi(context, credential, { method: 'GET', path }, listSchema);
  if (result.kind !== 'answered') return harmless(result);
  const mine = result.value.data.filter(({ status, created }) => status === 'draft' && created >= sinceMs / 1000 - CLOCK_SKEW_SECONDS);
  return { id: mine[0]?.id };
}

/** Makes the draft, which nobody sees. When an earlier answer may have been lost, it is looked for first. */
async function makeDraft(context: CallContext, publication: Publication, { draftingAtMs }: Checkpoint, save: Save): Promise<Checkpoint | Refused> {
  if (draftingAtMs !== undefined) {
    const found = await findDraft(context, publication, draftingAtMs);
    if ('kind' in found) return found;
    if (found.id !== undefined) return { draftingAtMs, draftId: found.id };
  }
  const begun = { draftingAtMs: draftingAtMs ?? context.nowMs };
  await save(begun);
  const call = { method: 'POST', path: postsPath(publication.account), ...jsonRequest(draftBody(publication)) } as const;
  const result = await callApi(context, publication.credential, call, createdSchema);
  return result.kind === 'answered' ? { ...begun, draftId: result.value.data.id } : harmless(result);
}

/**
 * Makes a draft and waits until beehiiv has built it, which it does after its answer (api-reference/posts/create, asynchronous creation). A
 * draft that was deleted, or could not be built, is made anew in the next run.
 */
export async function prepare(context: CallContext, publication: Publication, save: (checkpoint: Publication['checkpoint']) => Promise<void>): Promise<Prepared | Refused> {
  let checkpoint = checkpointSchema.parse(publication.checkpoint);
  if (checkpoint.draftId === undefined) {
    const made = await makeDraft(context, publication, checkpoint, save);
    if ('kind' in made) return made;
    checkpoint = made;
    await save(checkpoint);
  }
  const read = await readPost(context, publication, checkpoint.draftId ?? '');
  if (read.kind === 'answered' && read.value.kind === 'built') return { kind: 'ready', checkpoint };
  if (read.kind === 'answered') {
    const isOver = context.nowMs > (checkpoint.draftingAtMs ?? context.nowMs) + LONGEST_BUILDING_MS;
    if (!isOver) return { kind: 'wait', checkpoint, retryInMs: read.waitMs ?? DEFAULT_WAIT_MS };
    return { kind: 'refused', category: 'platform_error', code: 'building_timeout', message: 'beehiiv did not finish building the post.' };
  }
  if (read.kind === 'refused' && read.httpStatus === 404) await save({});
  return harmless(read);
}
