import { type CallContext, type MediaFile, type Prepared, type Publication, type Refused } from '../kit/index.ts';
import { ruleOfSubcode } from './errors.ts';
import { ask, graphGet, graphPost } from './graph.ts';
import { checkpointSchema, createdSchema, optionsSchema, statusSchema, type InstagramCheckpoint } from './schemas.ts';

/** Instagram fetches an image while it makes the container. */
const CREATE_DEADLINE_MS = 60_000;

/** Containers are polled the more rarely the older they are: videos take minutes, and calls are counted. */
const FIRST_POLL_MS = 1000;
const LONGEST_POLL_MS = 60_000;

/** Three times as long as the documentation asks to poll for; what is not done by then is not coming. */
const STUCK_AFTER_MS = 15 * 60_000;
const MAX_RENEWALS = 2;
const RENEW_AFTER_MS = 30_000;

type Fields = Readonly<Record<string, string | undefined>>;
type Save = (checkpoint: Readonly<Record<string, unknown>>) => Promise<void>;

const source = (media: MediaFile): Fields => (media.type === 'video' ? { video_url: media.url } : { image_url: media.url });
const childrenOnly = ({ container: _container, createdAtMs: _createdAtMs, ...rest }: InstagramCheckpoint): InstagramCheckpoint => rest;

/** Fields of the container to publish; `children` are the containers of a carousel's items. */
function fieldsOf(publication: Publication, children: readonly string[]): Fields {
  const { contentType, shareToFeed, coverUrl, thumbOffset, collaborators } = optionsSchema.parse(publication.content.options);
  const [first] = publication.media;
  if (first === undefined) return {};
  if (contentType === 'story') return { media_type: 'STORIES', ...source(first) };
  const shared = {
    caption: publication.content.text,
    ...(collaborators === undefined ? {} : { collaborators: JSON.stringify(collaborators) }),
  };
  if (children.length > 0) return { media_type: 'CAROUSEL', children: children.join(','), ...shared };
  if (first.type !== 'video') return { ...source(first), ...shared };
  const cover = coverUrl === undefined ? { thumb_offset: thumbOffset?.toString() } : { cover_url: coverUrl };
  return { media_type: 'REELS', ...source(first), ...shared, share_to_feed: shareToFeed?.toString(), ...cover };
}

const childFields = (media: MediaFile): Fields => ({
  is_carousel_item: 'true',
  ...(media.type === 'video' ? { media_type: 'VIDEO' } : {}),
  ...source(media),
});

async function create(context: CallContext, publication: Publication, fields: Fields): Promise<string | Refused> {
  const path = `${publication.account.platformUserId}/media`;
  const request = graphPost(context, path, fields, publication.credential.accessToken.reveal());
  const created = await ask(context, { ...request, deadlineMs: CREATE_DEADLINE_MS }, createdSchema);
  return created.kind === 'answer' ? created.value.id : created;
}

/** What Instagram says of a container. `gone`: it does not know it (any more). */
export type ContainerState =
  { readonly kind: 'in_progress' | 'finished' | 'published' | 'expired' | 'gone' } | { readonly kind: 'error'; readonly status: string };

/** Reads a container's `status_code`. */
export async function readContainer(context: CallContext, accessToken: string, container: string): Promise<ContainerState | Refused> {
  const answer = await ask(context, graphGet(context, container, { fields: 'status_code,status' }, accessToken), statusSchema);
  if (answer.kind === 'refused') return answer.code === '24/2207006' || answer.code === '100/33' ? { kind: 'gone' } : answer;
  const { status_code: code, status = '' } = answer.value;
  if (code === 'ERROR') return { kind: 'error', status };
  return { kind: code.toLowerCase() as 'in_progress' | 'finished' | 'published' | 'expired' };
}

/** Starts over with new containers, a few times. The old ones were never visible and expire by themselves. */
function renew(checkpoint: InstagramCheckpoint, code: string, message: string): Prepared | Refused {
  if (checkpoint.renewals >= MAX_RENEWALS) return { kind: 'refused', category: 'media_rejected', code, message };
  return { kind: 'wait', checkpoint: { children: [], renewals: checkpoint.renewals + 1 }, retryInMs: RENEW_AFTER_MS };
}

/** `Error: Media upload has failed with error code 2207026`: some codes ask for another try, the others speak of the media. */
function readFailed(checkpoint: InstagramCheckpoint, status: string): Prepared | Refused {
  const subcode = /error code (\d+)/i.exec(status)?.[1] ?? '';
  const category = ruleOfSubcode(subcode)?.category ?? 'media_rejected';
  if (category === 'transient') return renew(checkpoint, `ERROR/${subcode}`, status);
  return { kind: 'refused', category, code: `ERROR/${subcode}`, message: status };
}

/** Whether the containers are done; `ready` is for all of them. */
async function poll(
  context: CallContext,
  publication: Publication,
  checkpoint: InstagramCheckpoint,
  containers: readonly string[],
): Promise<Prepared | Refused> {
  const ageMs = context.nowMs - (checkpoint.createdAtMs ?? context.nowMs);
  let isWaiting = false;
  for (const container of containers) {
    const state = await readContainer(context, publication.credential.accessToken.reveal(), container);
    if (state.kind === 'refused') return state;
    if (state.kind === 'error') return readFailed(checkpoint, state.status);
    if (state.kind === 'expired' || state.kind === 'gone') return renew(checkpoint, state.kind.toUpperCase(), 'the container has expired');
    if (state.kind === 'published') return { kind: 'ready', checkpoint: { ...checkpoint, isPublished: true } };
    isWaiting ||= state.kind === 'in_progress';
  }
  if (!isWaiting) return { kind: 'ready', checkpoint };
  if (ageMs > STUCK_AFTER_MS) return renew(checkpoint, 'IN_PROGRESS', 'Instagram did not finish processing the media');
  return { kind: 'wait', checkpoint, retryInMs: Math.min(Math.max(ageMs / 2, FIRST_POLL_MS), LONGEST_POLL_MS) };
}

/** Makes the containers of a carousel's items, each checkpointed as soon as it is there, and waits until they are done. */
async function prepareChildren(
  context: CallContext,
  publication: Publication,
  start: InstagramCheckpoint,
  save: Save,
): Promise<Prepared | Refused> {
  let checkpoint = start;
  for (const media of publication.media.slice(start.children.length)) {
    const child = await create(context, publication, childFields(media));
    if (typeof child !== 'string') return child;
    checkpoint = { ...checkpoint, children: [...checkpoint.children, child], createdAtMs: context.nowMs };
    await save(checkpoint);
  }
  return poll(context, publication, checkpoint, checkpoint.children);
}

/**
 * Makes the container and waits until Instagram has processed it. Nothing is visible before `media_publish`. A container lives 24
 * hours; one that expired or failed for Instagram's own reasons is made again.
 */
export async function prepare(context: CallContext, publication: Publication, save: Save): Promise<Prepared | Refused> {
  let checkpoint: InstagramCheckpoint = checkpointSchema.safeParse(publication.checkpoint).data ?? { children: [], renewals: 0 };
  if (checkpoint.container === undefined) {
    if (publication.media.length > 1) {
      const children = await prepareChildren(context, publication, checkpoint, save);
      if (children.kind !== 'ready') return children;
      checkpoint = childrenOnly(checkpointSchema.parse(children.checkpoint));
    }
    const container = await create(context, publication, fieldsOf(publication, checkpoint.children));
    if (typeof container !== 'string') return container;
    checkpoint = { ...checkpoint, container, createdAtMs: context.nowMs };
    await save(checkpoint);
  }
  return poll(context, publication, checkpoint, checkpoint.container === undefined ? [] : [checkpoint.container]);
}
