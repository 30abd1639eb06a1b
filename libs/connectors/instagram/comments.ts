import { CLOCK_SKEW_MS, type CallContext, type LookupReading, type Publication, type Submitted, type UnknownAttempt } from '../kit/index.ts';
import { graphJson } from '../meta/graph.ts';
import { findListed } from '../meta/lists.ts';
import { aboutTheObject, screenVisible } from '../meta/publishing-containers.ts';
import { createdSchema } from '../meta/schemas.ts';
import { errors } from './errors.ts';
import { post, read } from './graph.ts';
import { manifest } from './manifest.ts';
import { commentListSchema } from './schemas.ts';

const pathOf = ({ before }: Publication): string => `${before[0]?.platformPostId ?? ''}/comments`;

/** Writes the first comment below the post (IG Media, comments). */
export async function submitComment(context: CallContext, publication: Publication): Promise<Submitted> {
  const request = post(context, publication.credential, pathOf(publication), { message: publication.content.text });
  const outcome = await context.http.send({ ...request, visible: true, deadlineMs: manifest.submitDeadlineMs });
  const answer = screenVisible(outcome, errors, context.nowMs);
  if (answer.kind !== 'response') return aboutTheObject(answer);
  const created = createdSchema.safeParse(graphJson(answer));
  return created.success ? { kind: 'published', platformPostId: created.data.id, platformPostUrl: null } : { kind: 'unknown', reason: 'commenting gave no id', httpStatus: answer.status };
}

/** The comment in the list of the post's comments, by its author, words and time. */
export async function lookupComment(context: CallContext, publication: Publication, { dispatchedAtMs, taken }: UnknownAttempt): Promise<LookupReading> {
  const { account, content, credential } = publication;
  const query = { fields: 'id,text,timestamp,username', limit: '50' };
  const found = await findListed(
    (after) => read(context, credential, pathOf(publication), { ...query, after }, commentListSchema),
    ({ id, text = '', timestamp, username }) =>
      !taken.has(id) && (username === undefined || username === account.username) && Date.parse(timestamp) >= dispatchedAtMs - CLOCK_SKEW_MS && text.trim() === content.text.trim(),
  );
  return found.kind === 'hit' ? { kind: 'published', platformPostId: found.item.id, platformPostUrl: null } : found;
}
