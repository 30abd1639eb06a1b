import {
  screen,
  type CallContext,
  type HttpOutcome,
  type LookupReading,
  type Publication,
  type Published,
  type Publisher,
  type Refused,
  type Submitted,
  type UnknownAttempt,
} from '../kit/index.ts';
import { prepare, readContainer } from './containers.ts';
import { errors } from './errors.ts';
import { ask, graphGet, graphPost } from './graph.ts';
import { manifest } from './manifest.ts';
import { checkpointSchema, createdSchema, graphJson, mediaListSchema, optionsSchema, permalinkSchema } from './schemas.ts';

/** Refusals that are worth another try and prove that nothing was published; any other "try again" may hide a publication. */
const NOT_PUBLISHED: ReadonlySet<string> = new Set(['9007/2207027', '24/2207008', '-2/2207020']);

/** Instagram's clock may be behind ours by this much. */
const CLOCK_SKEW_MS = 60_000;

/** How long a published post may be missing from the account's list before it is reported without its id. */
const LISTED_WITHIN_MS = 15 * 60_000;

const isStory = (publication: Publication): boolean => optionsSchema.parse(publication.content.options).contentType === 'story';

function published(publication: Publication, id: string, url: string | null): Published {
  const isTextLost = isStory(publication) && publication.content.text.trim() !== '';
  const warning = isTextLost ? { warning: 'A story has no caption: the text was not published.' } : {};
  return { kind: 'published', platformPostId: id, platformPostUrl: url, ...warning };
}

/** The post's address, which only its id leads to. A failure leaves it out: the post is there. */
async function readPermalink(context: CallContext, publication: Publication, id: string): Promise<string | null> {
  const answer = await ask(
    context,
    graphGet(context, id, { fields: 'permalink' }, publication.credential.accessToken.reveal()),
    permalinkSchema,
  );
  return answer.kind === 'answer' ? answer.value.permalink : null;
}

/** The post in the account's list, by its caption and time; of several the oldest, which is the one that came first after the call. */
async function findPost(context: CallContext, publication: Publication, sinceMs: number): Promise<Published | Refused | undefined> {
  const edge = isStory(publication) ? 'stories' : 'media';
  const query = { fields: 'id,caption,permalink,timestamp', limit: '50' };
  const path = `${publication.account.platformUserId}/${edge}`;
  const answer = await ask(context, graphGet(context, path, query, publication.credential.accessToken.reveal()), mediaListSchema);
  if (answer.kind === 'refused') return answer;
  const caption = publication.content.text.trim();
  const found = answer.value.data
    .filter(({ timestamp }) => Date.parse(timestamp) >= sinceMs - CLOCK_SKEW_MS)
    .filter((media) => isStory(publication) || (media.caption ?? '').trim() === caption)
    .sort((one, other) => Date.parse(one.timestamp) - Date.parse(other.timestamp))[0];
  return found === undefined ? undefined : published(publication, found.id, found.permalink ?? null);
}

async function readPublished(context: CallContext, publication: Publication, outcome: HttpOutcome): Promise<Submitted> {
  const answer = screen(outcome, errors, context.nowMs);
  if (answer.kind === 'refused') {
    const isServerError = (answer.httpStatus ?? 0) >= 500;
    const mayHideSuccess = isServerError || (answer.category === 'transient' && !NOT_PUBLISHED.has(answer.code));
    if (!mayHideSuccess) return answer;
    return {
      kind: 'unknown',
      reason: `${answer.code}: ${answer.message}`,
      ...(answer.httpStatus === undefined ? {} : { httpStatus: answer.httpStatus }),
    };
  }
  if (answer.kind !== 'response') return answer;
  const created = createdSchema.safeParse(graphJson(answer));
  if (!created.success) return { kind: 'unknown', reason: 'media_publish gave no id', httpStatus: answer.status };
  return published(publication, created.data.id, await readPermalink(context, publication, created.data.id));
}

/** An earlier attempt got through, as the container's status told while preparing: only the post's id is looked for. */
async function readEarlier(context: CallContext, publication: Publication): Promise<Submitted> {
  const found = await findPost(context, publication, publication.dueAtMs);
  if (found?.kind === 'published') return found;
  return { kind: 'unknown', reason: 'the container is published, but the post is not in the list yet' };
}

async function lookup(context: CallContext, publication: Publication, { dispatchedAtMs }: UnknownAttempt): Promise<LookupReading> {
  const container = checkpointSchema.safeParse(publication.checkpoint).data?.container;
  // Without a container `submit` sends nothing.
  if (container === undefined) return { kind: 'absent' };
  const state = await readContainer(context, publication.credential.accessToken.reveal(), container);
  if (state.kind === 'refused') return { kind: 'inconclusive', message: state.message };
  if (state.kind === 'finished' || state.kind === 'expired' || state.kind === 'error') return { kind: 'absent' };
  if (state.kind !== 'published') return { kind: 'inconclusive', message: `the container is ${state.kind}` };
  const found = await findPost(context, publication, dispatchedAtMs);
  if (found?.kind === 'published') return found;
  if (found === undefined && context.nowMs - dispatchedAtMs > LISTED_WITHIN_MS) {
    return {
      kind: 'published',
      platformPostId: container,
      platformPostUrl: null,
      warning: 'The post is live; its own id could not be found, this is the container’s.',
    };
  }
  return { kind: 'inconclusive', message: found?.message ?? 'published, but not in the list yet' };
}

/** Class C: a container is published once, and its status tells afterwards whether it was. */
export const publish: Publisher = {
  prepare,
  submit: async (context, publication) => {
    const checkpoint = checkpointSchema.safeParse(publication.checkpoint).data;
    if (checkpoint?.container === undefined) return { kind: 'unsent', reason: 'not prepared' };
    if (checkpoint.isPublished === true) return readEarlier(context, publication);
    const path = `${publication.account.platformUserId}/media_publish`;
    const request = graphPost(context, path, { creation_id: checkpoint.container }, publication.credential.accessToken.reveal());
    return readPublished(
      context,
      publication,
      await context.http.send({ ...request, visible: true, deadlineMs: manifest.submitDeadlineMs }),
    );
  },
  lookup,
};
