import { bodyJson, harmless, oneLine, screen, withQuery, type ActingAccount, type CallContext, type Publication, type Publisher, type Refused } from '../kit/index.ts';
import { errors } from './errors.ts';
import { helixRequest, readHelix } from './helix.ts';
import { channelUrl, type Kind } from './kind.ts';
import { NOT_DELETED } from './limits.ts';
import { checkpointSchema, optionsSchema, plannedSchema, scheduleSchema, type Segment } from './schemas.ts';

/** As many as the list gives at once (Get Channel Stream Schedule). */
const PAGE_SIZE = 25;

/** Whether a list from a time on holds what begins in that very second is not documented, so it is asked for from a little before. */
const MARGIN_MS = 60_000;

const wholeSeconds = (atMs: number): string => new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');

/** The beginning in UTC; the schedule knows whole seconds. */
function startOf({ content }: Publication): string {
  const { startTime } = optionsSchema.parse(content.options);
  if (startTime === undefined) throw new Error('A broadcast of the schedule has a beginning; the manifest refuses others.');
  return wholeSeconds(Date.parse(startTime));
}

const startMs = (segment: Segment): number => Math.floor(Date.parse(segment.start_time) / 1000) * 1000;

function isLike(publication: Publication, segment: Segment): boolean {
  const { isRecurring = false } = optionsSchema.parse(publication.content.options);
  return startMs(segment) === Date.parse(startOf(publication)) && segment.is_recurring === isRecurring && oneLine(segment.title) === oneLine(publication.content.text);
}

/** The segments from just before the beginning of this one on. `isWhole`: all that begin with it are among them. */
async function list(context: CallContext, publication: Publication): Promise<{ readonly kind: 'list'; readonly segments: readonly Segment[]; readonly isWhole: boolean } | Refused> {
  const { account, credential } = publication;
  const path = withQuery('/schedule', { broadcaster_id: account.platformUserId, start_time: wholeSeconds(Date.parse(startOf(publication)) - MARGIN_MS), first: String(PAGE_SIZE) });
  const read = await readHelix(context, credential, path, scheduleSchema);
  // Without any segment there is no schedule (Get Channel Stream Schedule, 404).
  if (read.kind === 'refused') return read.httpStatus === 404 ? { kind: 'list', segments: [], isWhole: true } : read;
  const segments = read.value.data.segments ?? [];
  const starts = segments.map(startMs);
  const goesForward = starts.every((atMs, index) => index === 0 || (starts[index - 1] ?? 0) <= atMs);
  const isBeyond = goesForward && (starts.at(-1) ?? 0) > Date.parse(startOf(publication));
  return { kind: 'list', segments, isWhole: segments.length < PAGE_SIZE || isBeyond };
}

const urlOf = (context: CallContext, publication: Publication): string => `${channelUrl(context, publication)}/schedule`;

/** Create Channel Stream Schedule Segment. */
export const schedule: Kind = {
  note: async (context, publication) => {
    const read = await list(context, publication);
    if (read.kind === 'refused') return read;
    return { kind: 'noted', checkpoint: { segments: read.segments.filter((segment) => isLike(publication, segment)).map(({ id }) => id) } };
  },
  request: (context, publication) => {
    const { account, credential, content } = publication;
    const { timezone, durationMinutes, isRecurring = false, categoryId } = optionsSchema.parse(content.options);
    const path = withQuery('/schedule/segment', { broadcaster_id: account.platformUserId });
    const body = { start_time: startOf(publication), timezone, duration: String(durationMinutes), is_recurring: isRecurring, category_id: categoryId, title: content.text };
    return helixRequest(context, credential, { method: 'POST', path, body });
  },
  read: (context, publication, response) => {
    const id = plannedSchema.safeParse(bodyJson(response)).data?.data.segments[0]?.id;
    if (id === undefined) return { kind: 'unknown', reason: 'the answer to Create Channel Stream Schedule Segment cannot be read', httpStatus: response.status };
    return { kind: 'published', platformPostId: id, platformPostUrl: urlOf(context, publication) };
  },
  /** A segment does not say when it was made: those that were there before the first attempt are none of ours. */
  lookup: async (context, publication, { taken }) => {
    const read = await list(context, publication);
    if (read.kind === 'refused') return { kind: 'inconclusive', message: read.message };
    const { segments: before } = checkpointSchema.parse(publication.checkpoint);
    if (before === undefined) return { kind: 'inconclusive', isFinal: true, message: 'What stood in the schedule before is not known.' };
    const hit = read.segments.find((segment) => isLike(publication, segment) && !taken.has(segment.id) && !before.includes(segment.id));
    if (hit !== undefined) return { kind: 'published', platformPostId: hit.id, platformPostUrl: urlOf(context, publication) };
    return read.isWhole ? { kind: 'absent' } : { kind: 'inconclusive', message: `More than ${PAGE_SIZE} broadcasts begin at that time.` };
  },
};

/** A segment's id is an object in base64 that names it, as every example in the reference shows; ids of messages are none. */
const isSegmentId = (id: string): boolean => Buffer.from(id, 'base64').toString('utf8').startsWith('{"segmentID":"');

/**
 * Delete Channel Stream Schedule Segment; of one that recurs the whole series goes. Nothing else can be deleted: an id that is not surely a
 * segment's is not asked for, as "not found" would count as deleted.
 */
export async function removeSegment(context: CallContext, { account, credential }: ActingAccount, id: string): ReturnType<NonNullable<Publisher['remove']>> {
  if (!isSegmentId(id)) {
    return { kind: 'refused', category: 'platform_error', code: 'unsupported', message: NOT_DELETED };
  }
  const path = withQuery('/schedule/segment', { broadcaster_id: account.platformUserId, id });
  const answer = screen(await context.http.send(helixRequest(context, credential, { method: 'DELETE', path })), errors, context.nowMs);
  const isGone = answer.kind === 'response' || (answer.kind === 'refused' && answer.httpStatus === 404);
  return isGone ? { kind: 'deleted' } : harmless(answer);
}
