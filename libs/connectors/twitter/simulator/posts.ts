import { z } from 'zod';
import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { duplicate, forbidden, invalidMedia, invalidRequest, json, missingPost, notFound, REFUSALS } from './answers.ts';
import type { mediaCalls } from './media.ts';
import { weigh, wrap } from './text.ts';
import { digest, isPremium, mayRepeat, snowflake, type Media, type Post, type User, type World } from './world.ts';

const MAX_LENGTH = 280;
const MAX_LONG_LENGTH = 25_000;
const PRIVATE_FOR_MS = 30 * 24 * 60 * 60 * 1000;
const DUPLICATE_WINDOW_MS = 24 * 60 * 60 * 1000;
const id = z.string().regex(/^\d{1,19}$/);
const replySettings = z.enum(['following', 'mentionedUsers', 'subscribers', 'verified']).optional();

/** `CreatePostsRequest`: closed, as the OpenAPI document says. */
const createSchema = z.strictObject({
  text: z.string().optional(),
  media: z.strictObject({ media_ids: z.array(id).min(1).max(4), tagged_user_ids: z.array(id).max(10).optional() }).optional(),
  poll: z
    .strictObject({
      options: z.array(z.string().min(1).max(25)).min(2).max(4),
      duration_minutes: z.int().min(5).max(10_080),
      reply_settings: replySettings,
    })
    .optional(),
  quote_tweet_id: id.optional(),
  reply: z
    .strictObject({
      in_reply_to_tweet_id: id,
      exclude_reply_user_ids: z.array(id).optional(),
      auto_populate_reply_metadata: z.boolean().optional(),
    })
    .optional(),
  reply_settings: replySettings,
  geo: z.strictObject({ place_id: z.string().optional() }).optional(),
  community_id: id.optional(),
  share_with_followers: z.boolean().optional(),
  for_super_followers_only: z.boolean().optional(),
  nullcast: z.boolean().optional(),
  card_uri: z.string().optional(),
  direct_message_deep_link: z.string().optional(),
  edit_options: z.strictObject({ previous_post_id: id }).optional(),
  made_with_ai: z.boolean().optional(),
  paid_partnership: z.boolean().optional(),
});
type Create = z.infer<typeof createSchema>;

export function jsonBody(request: SimulatedRequest): unknown {
  try {
    return JSON.parse(Buffer.from(request.body).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The text that a create call carries, for the sandbox's magic words. */
export function textOf(request: SimulatedRequest): string | undefined {
  const parsed = z.object({ text: z.string() }).safeParse(jsonBody(request));
  return parsed.success ? parsed.data.text : undefined;
}

const textKey = (user: User, text: string, replyTo: string | null): string => digest(JSON.stringify([user.id, text.trim(), replyTo]));

/** Whether the account has published the same text lately, in the same place, and has not deleted it. */
function duplicateRule(host: SimulatorHost, world: World) {
  return (user: User, text: string, replyTo: string | null): boolean => {
    const earlier = text.trim() === '' ? undefined : world.texts.get(textKey(user, text, replyTo));
    if (earlier === undefined || earlier.atMs <= host.now() - DUPLICATE_WINDOW_MS) return false;
    return world.posts.get(earlier.postId) !== undefined;
  };
}

export function postCalls(host: SimulatorHost, world: World, media: ReturnType<typeof mediaCalls>) {
  const isDuplicate = duplicateRule(host, world);
  return {
    create(user: User, request: SimulatedRequest): SimulatedResponse {
      const parsed = createSchema.safeParse(jsonBody(request));
      if (!parsed.success) return malformedBody(parsed.error);
      const body = parsed.data;
      const files = media.usable(user, body.media?.media_ids ?? []);
      const problem = contentProblem(user, body, files);
      if (problem !== undefined) return problem;
      const post = makePost(host, world, user, body, files ?? []);
      if (!mayRepeat(user) && isDuplicate(user, post.rawText, post.replyTo)) return duplicate();
      world.posts.set(post.id, post);
      world.texts.set(textKey(user, post.rawText, post.replyTo), { postId: post.id, atMs: post.createdAtMs });
      host.record({ accountId: user.id, postId: post.id, text: post.rawText });
      return json(201, { data: { id: post.id, text: post.text, edit_history_tweet_ids: [post.id] } });
    },
    remove(user: User, postId: string): SimulatedResponse {
      const post = world.posts.get(postId);
      if (post === undefined) return notFound(postId);
      if (post.userId !== user.id) return forbidden('You are not allowed to delete this Post.');
      world.posts.delete(postId);
      host.forget(postId);
      return json(200, { data: { deleted: true } });
    },
    byIds(user: User, query: URLSearchParams): SimulatedResponse {
      const ids = (query.get('ids') ?? '').split(',');
      if (ids.length > 100 || ids.some((one) => !id.safeParse(one).success)) return invalidRequest('`ids` must be 1 to 100 ids.', { ids });
      const posts = ids.map((one) => world.posts.get(one)).filter((post) => post !== undefined);
      const errors = ids.filter((one) => world.posts.get(one) === undefined).map((one) => missingPost('ids', one));
      return json(200, {
        ...(posts.length === 0 ? {} : { data: posts.map((post) => ({ ...shown(post, query), ...privateMetrics(host, user, post, query) })) }),
        ...(errors.length === 0 ? {} : { errors }),
      });
    },
    timeline(userId: string, query: URLSearchParams): SimulatedResponse {
      const max = Number(query.get('max_results') ?? 10);
      if (!Number.isInteger(max) || max < 5 || max > 100)
        return invalidRequest('`max_results` must be between 5 and 100.', { max_results: [String(max)] });
      const start = Date.parse(query.get('start_time') ?? '1970-01-01T00:00:00Z');
      const end = Date.parse(query.get('end_time') ?? '9999-01-01T00:00:00Z');
      if (Number.isNaN(start) || Number.isNaN(end))
        return invalidRequest('`start_time` must be an RFC 3339 instant.', { start_time: ['...'] });
      const offset = Number(query.get('pagination_token') ?? 0);
      const after = BigInt(query.get('since_id') ?? 0);
      const all = [...world.posts.values()]
        .filter((post) => post.userId === userId && post.createdAtMs >= start && post.createdAtMs < end && BigInt(post.id) > after)
        .toReversed();
      const page = all.slice(offset, offset + max);
      if (page.length === 0) return json(200, { meta: { result_count: 0 } });
      const next = offset + max < all.length ? { next_token: String(offset + max) } : {};
      const meta = { result_count: page.length, newest_id: page.at(0)?.id, oldest_id: page.at(-1)?.id, ...next };
      return json(200, { data: page.map((post) => shown(post, query)), meta });
    },
  };
}

function malformedBody(error: z.ZodError): SimulatedResponse {
  const parameters: Record<string, string[]> = {};
  const messages = error.issues.map((issue) => {
    const names = issue.code === 'unrecognized_keys' ? issue.keys : [issue.path.join('.')];
    for (const name of names) parameters[name] = ['...'];
    return `[$.${names.join(', $.')}: ${issue.message}]`;
  });
  return invalidRequest(messages.join(' '), parameters);
}

function contentProblem(user: User, body: Create, files: readonly Media[] | undefined): SimulatedResponse | undefined {
  const text = body.text ?? '';
  const exclusive = [body.media, body.poll, body.quote_tweet_id, body.card_uri].filter((part) => part !== undefined);
  if (text.trim() === '' && body.media === undefined) return invalidRequest('One of `text` or `media` is required.', { text: [text] });
  if (exclusive.length > 1) return invalidRequest('media, poll, quote_tweet_id and card_uri are mutually exclusive.');
  if (files === undefined) return invalidMedia(`[${body.media?.media_ids.join(', ') ?? ''}]`);
  if (files.length > 1 && files.some((file) => !file.category.endsWith('image')))
    return invalidRequest('A Post takes 4 photos or 1 GIF or 1 video.');
  if (weigh(text) > (isPremium(user) ? MAX_LONG_LENGTH : MAX_LENGTH)) return REFUSALS['text_too_long']?.();
  if ((text.match(/(?<![\w$])\$[A-Za-z]{1,6}\b/g)?.length ?? 0) > 1) return REFUSALS['too_many_cashtags']?.();
  return undefined;
}

function makePost(host: SimulatorHost, world: World, user: User, body: Create, files: readonly Media[]): Post {
  const postId = snowflake(host, (taken) => world.posts.get(taken) !== undefined);
  const rawText = body.text ?? '';
  const links = files.map((file, index) => ({ key: file.key, url: `https://x.com/${user.username}/status/${postId}/photo/${index + 1}` }));
  return {
    id: postId,
    userId: user.id,
    rawText,
    ...wrap(rawText, postId, links),
    mediaKeys: files.map((file) => file.key),
    replyTo: body.reply?.in_reply_to_tweet_id ?? null,
    createdAtMs: host.now(),
  };
}

/** Counts that only the author may see, for 30 days. */
function privateMetrics(host: SimulatorHost, user: User, post: Post, query: URLSearchParams): object {
  const isAsked = (query.get('tweet.fields') ?? '').split(',').includes('non_public_metrics');
  const isAllowed = post.userId === user.id && host.now() - post.createdAtMs < PRIVATE_FOR_MS;
  return isAsked && isAllowed ? { non_public_metrics: { impression_count: 100, url_link_clicks: 3, user_profile_clicks: 1 } } : {};
}

/** A post with the fields that were asked for. Of a long post `text` is only the beginning, the whole is `note_tweet`. */
function shown(post: Post, query: URLSearchParams): Readonly<Record<string, unknown>> {
  const fields = new Set((query.get('tweet.fields') ?? '').split(','));
  const isLong = weigh(post.rawText) > MAX_LENGTH;
  const all: Record<string, unknown> = {
    author_id: post.userId,
    created_at: new Date(post.createdAtMs).toISOString(),
    conversation_id: post.replyTo ?? post.id,
    ...(post.urls.length === 0 ? {} : { entities: { urls: post.urls } }),
    ...(post.mediaKeys.length === 0 ? {} : { attachments: { media_keys: post.mediaKeys } }),
    ...(post.replyTo === null ? {} : { referenced_tweets: [{ type: 'replied_to', id: post.replyTo }] }),
    ...(isLong ? { note_tweet: { text: post.text, ...(post.urls.length === 0 ? {} : { entities: { urls: post.urls } }) } } : {}),
    public_metrics: { retweet_count: 1, reply_count: 2, like_count: 5, quote_count: 1, bookmark_count: 1, impression_count: 100 },
  };
  const picked = Object.fromEntries(Object.entries(all).filter(([name]) => fields.has(name)));
  const text = isLong ? `${[...post.text].slice(0, MAX_LENGTH - 1).join('')}…` : post.text;
  return { id: post.id, text, edit_history_tweet_ids: [post.id], ...picked };
}
