import { escapeHtml, json, jsonOf } from '../../kit/simulation/index.ts';
import type { SimulatedRequest, SimulatedResponse } from '../../kit/simulator.ts';
import { error, invalid, notFound } from './answers.ts';
import { isReady, mediaShape, mediaTable, newId, unattached, type Media } from './media.ts';
import { lengthOf } from './length.ts';
import { accountIdOf, accountShape, type Actor, type World } from './world.ts';
import { z } from 'zod';

interface Status {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly spoilerText: string;
  readonly visibility: string;
  readonly sensitive: boolean;
  readonly language: string | null;
  readonly replyTo: string | null;
  readonly mediaIds: readonly string[];
  readonly poll: Poll | null;
  readonly application: string;
  readonly atMs: number;
}

const pollSchema = z.object({
  options: z.array(z.string().min(1).max(50)).min(2).max(4),
  expires_in: z.int().min(300).max(2_629_746),
  multiple: z.boolean().default(false),
  hide_totals: z.boolean().default(false),
});
type Poll = z.infer<typeof pollSchema>;

const askedSchema = z.object({
  status: z.string().default(''),
  media_ids: z.array(z.string()).default([]),
  poll: pollSchema.optional(),
  visibility: z.enum(['public', 'unlisted', 'private', 'direct']).default('public'),
  sensitive: z.boolean().default(false),
  spoiler_text: z.string().default(''),
  language: z.string().nullish(),
  in_reply_to_id: z.string().nullish(),
});
type Asked = z.infer<typeof askedSchema>;

const KEY_LIFE_MS = 60 * 60_000;
const PAGE = 20;
const MOST = 40;
const BULK = 20;

const tables = ({ host }: World) => ({
  statuses: host.table<Status>('statuses', 100_000),
  keys: host.table<{ readonly statusId: string; readonly untilMs: number }>('idempotency', 100_000),
});

function shapeOf(world: World, status: Status): Readonly<Record<string, unknown>> {
  const { id, name, text, poll } = status;
  const media = status.mediaIds.flatMap((mediaId) => mediaTable(world).get(mediaId) ?? []);
  return {
    id,
    created_at: new Date(status.atMs).toISOString(),
    in_reply_to_id: status.replyTo,
    in_reply_to_account_id: null,
    sensitive: status.sensitive || status.spoilerText !== '',
    spoiler_text: status.spoilerText,
    visibility: status.visibility,
    language: status.language,
    uri: `https://mastodon.sandbox.example/users/${name}/statuses/${id}`,
    url: `${world.host.origin('instance')}/@${name}/${id}`,
    replies_count: [...tables(world).statuses.values()].filter(({ replyTo }) => replyTo === id).length,
    reblogs_count: 0,
    favourites_count: 0,
    content: `<p>${escapeHtml(text).replaceAll('\n', '<br />')}</p>`,
    reblog: null,
    application: { name: status.application, website: null },
    account: accountShape(world, name),
    media_attachments: media.map((one) => mediaShape(world, one)),
    mentions: [],
    tags: [],
    emojis: [],
    card: null,
    poll: poll === null ? null : pollShape(poll, status),
  };
}

function pollShape(poll: Poll, { id, atMs }: Status): Readonly<Record<string, unknown>> {
  const options = poll.options.map((title) => ({ title, votes_count: poll.hide_totals ? null : 0 }));
  return { id, expires_at: new Date(atMs + poll.expires_in * 1000).toISOString(), expired: false, multiple: poll.multiple, votes_count: 0, options, emojis: [] };
}

/** What Mastodon refuses of a status, in its own order. */
function problemOf(world: World, asked: Asked, media: readonly (Media | undefined)[]): SimulatedResponse | undefined {
  const replied = asked.in_reply_to_id ?? undefined;
  if (replied !== undefined && tables(world).statuses.get(replied) === undefined) return error(404, 'The post you are trying to reply to does not appear to exist.');
  const { max_media_attachments: maxMedia } = world.limits.statuses;
  if (media.length > maxMedia || (media.length > 0 && asked.poll !== undefined)) return invalid(`Cannot attach more than ${maxMedia} files`);
  const missing = asked.media_ids.filter((_, index) => media[index] === undefined);
  if (missing.length > 0) return invalid(`Media ${missing.join(', ')} not found or already attached to another post`);
  if (media.length > 1 && media.some((one) => one?.kind === 'video')) return invalid('Cannot attach a video to a post that already contains images');
  if (media.some((one) => one !== undefined && !isReady(world, one))) return invalid('Cannot attach files that have not finished processing. Try again in a moment!');
  if (asked.status.trim() === '' && media.length === 0) return invalid("Text can't be blank");
  if (lengthOf(asked.spoiler_text, asked.status, world.limits.statuses.characters_reserved_per_url) > world.maxCharacters) return invalid(`Text character limit of ${world.maxCharacters} exceeded`);
  if (asked.poll !== undefined && new Set(asked.poll.options).size < asked.poll.options.length) return invalid('Poll options contain duplicate items');
  return undefined;
}

function createStatus(world: World, asked: Asked, actor: Actor): Status {
  const { statuses } = tables(world);
  // Without a text the warning becomes it.
  const isBare = asked.status.trim() === '';
  const status: Status = {
    id: newId(world, (id) => statuses.get(id) !== undefined),
    name: actor.name,
    text: (isBare ? asked.spoiler_text : asked.status).trim(),
    spoilerText: isBare ? '' : asked.spoiler_text.trim(),
    visibility: asked.visibility,
    sensitive: asked.sensitive,
    language: asked.language ?? null,
    replyTo: asked.in_reply_to_id ?? null,
    mediaIds: asked.media_ids,
    poll: asked.poll ?? null,
    application: actor.application,
    atMs: world.host.now(),
  };
  statuses.set(status.id, status);
  for (const id of asked.media_ids) {
    const media = mediaTable(world).get(id);
    if (media !== undefined) mediaTable(world).set(id, { ...media, statusId: status.id });
  }
  world.host.record({ accountId: actor.name, postId: status.id, text: status.text });
  return status;
}

/** A key is remembered for an hour, and only after success (docs: methods/statuses). */
function create(world: World, request: SimulatedRequest, actor: Actor): SimulatedResponse {
  const { statuses, keys } = tables(world);
  const header = request.headers['idempotency-key'];
  const key = header === undefined ? undefined : `${actor.name}:${header}`;
  const known = key === undefined ? undefined : keys.get(key);
  if (known !== undefined && known.untilMs > world.host.now()) {
    const existing = statuses.get(known.statusId);
    return existing === undefined ? notFound() : json(200, shapeOf(world, existing));
  }
  const asked = askedSchema.safeParse(jsonOf(request));
  if (!asked.success) return invalid(asked.error.issues[0]?.message ?? 'invalid');
  const media = asked.data.media_ids.map((id) => unattached(world, id, actor.name));
  const problem = problemOf(world, asked.data, media);
  if (problem !== undefined) return problem;
  const status = createStatus(world, asked.data, actor);
  if (key !== undefined) keys.set(key, { statusId: status.id, untilMs: world.host.now() + KEY_LIFE_MS });
  return json(200, shapeOf(world, status));
}

/** Of the account's own statuses, newest first; with `min_id` the page that follows it. */
function list(world: World, accountId: string, actor: Actor, query: URLSearchParams): SimulatedResponse {
  const mine = [...tables(world).statuses.values()].filter(({ name }) => accountIdOf(name) === accountId);
  const visible = mine.filter(({ name, visibility }) => name === actor.name || visibility === 'public' || visibility === 'unlisted');
  const limit = Math.min(Number(query.get('limit') ?? PAGE), MOST);
  const minId = query.get('min_id');
  const oldestFirst = visible.toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
  const page = minId === null ? oldestFirst.slice(-limit) : oldestFirst.filter(({ id }) => BigInt(id) > BigInt(minId)).slice(0, limit);
  return json(200, page.toReversed().map((status) => shapeOf(world, status)));
}

export function statusCalls(world: World) {
  const { statuses } = tables(world);
  return {
    create: (request: SimulatedRequest, actor: Actor): SimulatedResponse => create(world, request, actor),
    list: (accountId: string, actor: Actor, query: URLSearchParams): SimulatedResponse => list(world, accountId, actor, query),
    one: (id: string): SimulatedResponse => {
      const status = statuses.get(id);
      return status === undefined ? notFound() : json(200, shapeOf(world, status));
    },
    many: (ids: readonly string[]): SimulatedResponse => {
      if (ids.length > BULK) return invalid(`At most ${BULK} statuses`);
      return json(200, ids.flatMap((id) => statuses.get(id) ?? []).map((status) => shapeOf(world, status)));
    },
    source: (id: string, actor: Actor): SimulatedResponse => {
      const status = statuses.get(id);
      return status?.name === actor.name ? json(200, { id, text: status.text, spoiler_text: status.spoilerText }) : notFound();
    },
    remove: (id: string, actor: Actor): SimulatedResponse => {
      const status = statuses.get(id);
      if (status?.name !== actor.name) return notFound();
      const shape = shapeOf(world, status);
      statuses.delete(id);
      world.host.forget(id);
      return json(200, { ...shape, text: status.text });
    },
    textOf: (id: string): Pick<Status, 'name' | 'text'> | undefined => statuses.get(id),
  };
}
