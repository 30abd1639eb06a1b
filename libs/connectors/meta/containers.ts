import { z } from 'zod';
import type { CallContext, ErrorTable, HttpRequest, Prepared, Publication, Published, Refused, UnknownAttempt } from '../kit/index.ts';
import { ask, type GraphFields } from './graph.ts';
import { createdSchema } from './schemas.ts';

/** Meta fetches an image while it makes the container. */
const CREATE_DEADLINE_MS = 60_000;

/** Containers are polled the more rarely the older they are: videos take minutes, and calls are counted. */
const FIRST_POLL_MS = 1000;
const LONGEST_POLL_MS = 60_000;

/** Three times as long as the documentation asks to poll for; what is not done by then is not coming. */
const STUCK_AFTER_MS = 15 * 60_000;
const MAX_RENEWALS = 2;
const RENEW_AFTER_MS = 30_000;

/** What `prepare` leaves. */
export const containerCheckpointSchema = z.object({
  /** Containers of a carousel's items, in the order of the media. */
  children: z.array(z.string()).default([]),
  /** The container to publish. */
  container: z.string().optional(),
  /** When the newest container was made. */
  createdAtMs: z.number().optional(),
  /** How often the containers had to be made again. */
  renewals: z.int().default(0),
  /** The platform says that the container is published already: an earlier attempt got through. */
  isPublished: z.literal(true).optional(),
});
type Checkpoint = z.infer<typeof containerCheckpointSchema>;
type Save = (checkpoint: Readonly<Record<string, unknown>>) => Promise<void>;

/** What the platform says of a container. `gone`: it does not know it (any more). */
export type ContainerState =
  { readonly kind: 'in_progress' | 'finished' | 'published' | 'expired' | 'gone' } | { readonly kind: 'error'; readonly status: string };

export const CONTAINER_CODES = ['IN_PROGRESS', 'FINISHED', 'ERROR', 'EXPIRED', 'PUBLISHED'] as const;

/** A container's state by its code. `status` says what went wrong. */
export function containerState(code: (typeof CONTAINER_CODES)[number], status: string): ContainerState {
  if (code === 'ERROR') return { kind: 'error', status };
  return { kind: code.toLowerCase() as 'in_progress' | 'finished' | 'published' | 'expired' };
}

/** How a platform that publishes containers words it. */
export interface ContainerDialect {
  /** `Instagram`, for messages. */
  readonly name: string;
  readonly errors: ErrorTable;
  readonly submitDeadlineMs: number;
  /** Refusals to publish that are worth another try and prove that nothing was published; any other "try again" may hide a publication. */
  readonly notPublished: ReadonlySet<string>;
  /** Fields of the containers of a carousel's items; empty where there is no carousel. */
  children(publication: Publication): readonly GraphFields[];
  /** Fields of the container to publish; `children` are the containers of a carousel's items. */
  fields(publication: Publication, children: readonly string[]): GraphFields;
  createRequest(context: CallContext, publication: Publication, fields: GraphFields): HttpRequest;
  publishRequest(context: CallContext, publication: Publication, container: string): HttpRequest;
  read(context: CallContext, publication: Publication, container: string): Promise<ContainerState | Refused>;
  /** What the words of a failed container mean. `transient` asks for another try. */
  failure(status: string): Pick<Refused, 'category' | 'code'>;
  /** The post in the account's list, at or after the instant. */
  find(context: CallContext, publication: Publication, attempt: UnknownAttempt): Promise<Published | Refused | undefined>;
  /** The post of that id with its address, which only the id leads to. A failure leaves the address out: the post is there. */
  published(context: CallContext, publication: Publication, id: string): Promise<Published>;
}

async function create(dialect: ContainerDialect, context: CallContext, publication: Publication, fields: GraphFields): Promise<string | Refused> {
  const request = dialect.createRequest(context, publication, fields);
  const created = await ask(context, { ...request, deadlineMs: CREATE_DEADLINE_MS }, createdSchema, dialect.errors);
  return created.kind === 'answer' ? created.value.id : created;
}

/** Starts over with new containers, a few times. The old ones were never visible and expire by themselves. */
function renew(checkpoint: Checkpoint, code: string, message: string): Prepared | Refused {
  if (checkpoint.renewals >= MAX_RENEWALS) return { kind: 'refused', category: 'media_rejected', code, message };
  return { kind: 'wait', checkpoint: { children: [], renewals: checkpoint.renewals + 1 }, retryInMs: RENEW_AFTER_MS };
}

/** Whether the containers are done; `ready` is for all of them. */
async function poll(dialect: ContainerDialect, context: CallContext, publication: Publication, checkpoint: Checkpoint, containers: readonly string[]): Promise<Prepared | Refused> {
  const ageMs = context.nowMs - (checkpoint.createdAtMs ?? context.nowMs);
  let isWaiting = false;
  for (const container of containers) {
    const state = await dialect.read(context, publication, container);
    if (state.kind === 'refused') return state;
    if (state.kind === 'error') {
      const { category, code } = dialect.failure(state.status);
      const message = `${dialect.name} could not use the media: ${state.status}`;
      return category === 'transient' ? renew(checkpoint, code, message) : { kind: 'refused', category, code, message };
    }
    if (state.kind === 'expired' || state.kind === 'gone') return renew(checkpoint, state.kind.toUpperCase(), 'the container has expired');
    if (state.kind === 'published') return { kind: 'ready', checkpoint: { ...checkpoint, isPublished: true } };
    isWaiting ||= state.kind === 'in_progress';
  }
  if (!isWaiting) return { kind: 'ready', checkpoint };
  if (ageMs > STUCK_AFTER_MS) return renew(checkpoint, 'IN_PROGRESS', `${dialect.name} did not finish processing the media`);
  return { kind: 'wait', checkpoint, retryInMs: Math.min(Math.max(ageMs / 2, FIRST_POLL_MS), LONGEST_POLL_MS) };
}

/** Makes the containers of a carousel's items, each checkpointed as soon as it is there, and waits until they are done. */
async function prepareChildren(
  dialect: ContainerDialect,
  context: CallContext,
  publication: Publication,
  start: Checkpoint,
  children: readonly GraphFields[],
  save: Save,
): Promise<Prepared | Refused> {
  let checkpoint = start;
  for (const fields of children.slice(start.children.length)) {
    const child = await create(dialect, context, publication, fields);
    if (typeof child !== 'string') return child;
    checkpoint = { ...checkpoint, children: [...checkpoint.children, child], createdAtMs: context.nowMs };
    await save(checkpoint);
  }
  return poll(dialect, context, publication, checkpoint, checkpoint.children);
}

const childrenOnly = ({ container: _container, createdAtMs: _createdAtMs, ...rest }: Checkpoint): Checkpoint => rest;

/**
 * Makes the container and waits until the platform has processed it. Nothing is visible before it is published. A container lives 24
 * hours; one that expired or failed for the platform's own reasons is made again.
 */
export async function prepareContainer(dialect: ContainerDialect, context: CallContext, publication: Publication, save: Save): Promise<Prepared | Refused> {
  let checkpoint: Checkpoint = containerCheckpointSchema.safeParse(publication.checkpoint).data ?? { children: [], renewals: 0 };
  if (checkpoint.container === undefined) {
    const items = dialect.children(publication);
    if (items.length > 0) {
      const children = await prepareChildren(dialect, context, publication, checkpoint, items, save);
      if (children.kind !== 'ready') return children;
      checkpoint = childrenOnly(containerCheckpointSchema.parse(children.checkpoint));
    }
    const container = await create(dialect, context, publication, dialect.fields(publication, checkpoint.children));
    if (typeof container !== 'string') return container;
    checkpoint = { ...checkpoint, container, createdAtMs: context.nowMs };
    await save(checkpoint);
  }
  return poll(dialect, context, publication, checkpoint, checkpoint.container === undefined ? [] : [checkpoint.container]);
}
