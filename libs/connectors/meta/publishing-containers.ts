import { screen, type CallContext, type ErrorTable, type HttpOutcome, type HttpResponse, type LookupReading, type Publication, type Refused, type Submitted, type UnknownAttempt } from '../kit/index.ts';
import { containerCheckpointSchema, type ContainerDialect } from './containers.ts';
import { graphJson } from './graph.ts';
import { createdSchema } from './schemas.ts';

/** How long a published post may be missing from the account's list before it is reported without its id. */
const LISTED_WITHIN_MS = 15 * 60_000;

const NONE: ReadonlySet<string> = new Set();

/**
 * Reads the answer of a call that makes something visible. A "try again" of Meta's may hide a publication, whatever its status, unless
 * the code is one of those that prove the contrary.
 */
export function screenVisible(outcome: HttpOutcome, errors: ErrorTable, nowMs: number, notPublished: ReadonlySet<string> = NONE): HttpResponse | Exclude<Submitted, { kind: 'published' | 'submitted' }> {
  const answer = screen(outcome, errors, nowMs);
  if (answer.kind !== 'refused') return answer;
  const mayHideSuccess = (answer.httpStatus ?? 0) >= 500 || (answer.category === 'transient' && !notPublished.has(answer.code));
  if (!mayHideSuccess) return answer;
  return { kind: 'unknown', reason: `${answer.code}: ${answer.message}`, ...(answer.httpStatus === undefined ? {} : { httpStatus: answer.httpStatus }) };
}

/** An earlier attempt got through, as the container's status told while preparing: only the post's id is looked for. */
async function readEarlier(dialect: ContainerDialect, context: CallContext, publication: Publication): Promise<Submitted> {
  const found = await dialect.find(context, publication, { dispatchedAtMs: publication.dueAtMs, taken: NONE });
  if (found?.kind === 'published') return found;
  return { kind: 'unknown', reason: 'the container is published, but the post is not in the list yet' };
}

/** Publishes the container that was prepared. */
export async function submitContainer(dialect: ContainerDialect, context: CallContext, publication: Publication): Promise<Submitted> {
  const checkpoint = containerCheckpointSchema.safeParse(publication.checkpoint).data;
  if (checkpoint?.container === undefined) return { kind: 'unsent', reason: 'not prepared' };
  if (checkpoint.isPublished === true) return readEarlier(dialect, context, publication);
  const request = dialect.publishRequest(context, publication, checkpoint.container);
  const outcome = await context.http.send({ ...request, visible: true, deadlineMs: dialect.submitDeadlineMs });
  const answer = screenVisible(outcome, dialect.errors, context.nowMs, dialect.notPublished);
  if (answer.kind !== 'response') return answer;
  const created = createdSchema.safeParse(graphJson(answer));
  if (!created.success) return { kind: 'unknown', reason: 'publishing gave no id', httpStatus: answer.status };
  return dialect.published(context, publication, created.data.id);
}

/** Class C: a container is published once, and its status tells afterwards whether it was. */
export async function lookupContainer(dialect: ContainerDialect, context: CallContext, publication: Publication, attempt: UnknownAttempt): Promise<LookupReading> {
  const container = containerCheckpointSchema.safeParse(publication.checkpoint).data?.container;
  // Without a container `submit` sends nothing.
  if (container === undefined) return { kind: 'absent' };
  const state = await dialect.read(context, publication, container);
  if (state.kind === 'refused') return { kind: 'inconclusive', message: state.message };
  if (state.kind === 'finished' || state.kind === 'expired' || state.kind === 'error') return { kind: 'absent' };
  if (state.kind !== 'published') return { kind: 'inconclusive', message: `the container is ${state.kind}` };
  const found = await dialect.find(context, publication, attempt);
  if (found?.kind === 'published') return found;
  const isUnlisted = found === undefined || found.category === 'scope_missing';
  if (isUnlisted && context.nowMs - attempt.dispatchedAtMs > LISTED_WITHIN_MS) {
    return {
      kind: 'published',
      platformPostId: container,
      platformPostUrl: null,
      warning: 'The post is live; its own id could not be found, this is the container’s.',
    };
  }
  return { kind: 'inconclusive', message: found?.message ?? 'published, but not in the list yet' };
}

/** Something missing that a post hangs on, such as the one to be commented on, says nothing about the account. */
export function aboutTheObject<T extends { readonly kind: string }>(outcome: T | Refused): T | Refused {
  if (outcome.kind !== 'refused') return outcome;
  const refused = outcome as Refused;
  return refused.code === '100/33' ? { ...refused, category: 'platform_error' } : refused;
}
