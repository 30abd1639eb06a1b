import { z } from 'zod';
import { platformInputSchema, platformSchema } from '../platforms.ts';
import { MEDIA_TYPES, refusalCategorySchema, statusSchema, targetStateSchema } from '../publishing-vocabulary.ts';
import { defineRoute } from '../route.ts';
import { flagSchema, idSchema, instantFilterSchema, instantSchema, offsetQuery, successMessageSchema, urlSchema } from './common.ts';

/** More accounts in one post is a mistake, not a plan. */
export const MAX_TARGETS = 100;

export const mediaItemInputSchema = z
  .strictObject({ type: z.enum(MEDIA_TYPES), url: urlSchema, thumbnail: urlSchema.optional() })
  .meta({ id: 'MediaItemInput' });
export type MediaItemInput = z.infer<typeof mediaItemInputSchema>;

export const targetInputSchema = z
  .strictObject({
    platform: platformInputSchema,
    accountId: idSchema,
    content: z.string().max(100_000).optional().meta({ description: 'Text for this account instead of the common one.' }),
    platformSpecificData: z.record(z.string(), z.unknown()).optional().meta({ description: "The platform's own options; unknown ones are refused." }),
  })
  .meta({ id: 'TargetInput' });
export type TargetInput = z.infer<typeof targetInputSchema>;

/** A time as the caller wrote it; the publishing service reads it together with `timezone`. */
const timeText = z.string().min(1).max(64);
const content = {
  content: z.string().max(100_000),
  mediaItems: z.array(mediaItemInputSchema).max(50).optional(),
  platforms: z.array(targetInputSchema).min(1).max(MAX_TARGETS),
  timezone: z.string().min(1).max(100).optional(),
  allowOvertake: z.boolean().optional().meta({ description: 'Let this post go out while an earlier one of the same account waits for a retry. One that says the same is waited for while its outcome is in doubt.' }),
};

export const createPostBody = z
  .strictObject({ ...content, publishNow: z.boolean().optional(), scheduledFor: timeText.optional(), draft: z.boolean().optional() })
  .meta({ id: 'PostPayload' });
export type CreatePostBody = z.infer<typeof createPostBody>;

/** One attempt in the ledger of a target. */
export const attemptSchema = z
  .object({
    number: z.int().min(1),
    kind: z.enum(['prepare', 'send', 'status', 'lookup', 'settle']),
    startedAt: instantSchema,
    endedAt: instantSchema.nullable(),
    httpStatus: z.int().nullable(),
    platformCode: z.string().nullable(),
    category: refusalCategorySchema.nullable(),
    decision: z.string().nullable().meta({ description: 'What Plaza made of it, e.g. published, retry, reconcile, failed.' }),
    message: z.string().nullable(),
    nextTryAt: instantSchema.nullable(),
  })
  .meta({ id: 'Attempt' });
export type Attempt = z.infer<typeof attemptSchema>;

/** One account of a post: where it stands and everything that happened. */
export const targetSchema = z
  .object({
    targetId: z.string(),
    platform: platformSchema,
    accountId: z.string(),
    status: statusSchema,
    state: targetStateSchema,
    content: z.string().nullable().meta({ description: 'The own text of this account; null when the common one was used.' }),
    platformPostId: z.string().nullable(),
    platformPostUrl: z.string().nullable(),
    publishedAt: instantSchema.nullable(),
    nextTryAt: instantSchema.nullable(),
    errorCode: z.string().nullable(),
    errorMessage: z.string().nullable(),
    warningMessage: z.string().nullable(),
    parts: z
      .array(z.object({ platformPostId: z.string(), platformPostUrl: z.string().nullable() }))
      .meta({ description: 'What is visible of it, in order: the posts of a thread, of which platformPostId names the first; empty before anything is.' }),
    attempts: z.array(attemptSchema),
  })
  .meta({ id: 'Target' });
export type Target = z.infer<typeof targetSchema>;

export const mediaItemSchema = z
  .object({
    type: z.enum(MEDIA_TYPES),
    url: z.string(),
    filename: z.string(),
    size: z.number(),
    mimeType: z.string(),
    width: z.int().nullable(),
    height: z.int().nullable(),
    durationMs: z.int().nullable(),
  })
  .meta({ id: 'MediaItem' });

export const postSchema = z
  .object({
    postId: z.string(),
    content: z.string(),
    status: statusSchema,
    mode: z.enum(['live', 'test']),
    scheduledFor: instantSchema.nullable(),
    timezone: z.string(),
    mediaItems: z.array(mediaItemSchema),
    platforms: z.array(targetSchema),
    crosspostingEnabled: z.boolean(),
    rawRequestBody: z.record(z.string(), z.unknown()),
    createdAt: instantSchema,
    updatedAt: instantSchema,
  })
  .meta({ id: 'Post' });
export type Post = z.infer<typeof postSchema>;

const posts = { service: 'publishing', tag: 'Posts' } as const;
const scheduled = { service: 'publishing', tag: 'Schedule' } as const;
const postParams = z.strictObject({ postId: idSchema });
const postAnswer = z.object({ success: z.literal(true), post: postSchema });
const contentErrors = [
  'post.content_refused',
  'post.modes_conflict',
  'post.time_conflict',
  'post.time_nonexistent',
  'post.time_invalid',
  'post.timezone_unknown',
] as const;

/** One target of a creation: PostPeer's fields, and Plaza's. */
export const createdTargetSchema = z
  .object({
    targetId: z.string(),
    platform: platformSchema,
    accountId: z.string(),
    success: z.boolean().meta({ description: 'False only when the target failed; true while it is on its way.' }),
    status: statusSchema,
    state: targetStateSchema,
    platformPostId: z.string().optional(),
    platformPostUrl: z.string().optional(),
    error: z.string().optional(),
    errorCode: z.string().optional(),
    warningMessage: z.string().optional(),
  })
  .meta({ id: 'CreatedTarget' });

export const createdPostSchema = z
  .object({
    success: z.boolean().meta({ description: 'False only when every target failed.' }),
    status: statusSchema,
    postId: z.string(),
    scheduledFor: instantSchema.optional(),
    platforms: z.array(createdTargetSchema),
  })
  .meta({ id: 'CreatedPost' });
export type CreatedPost = z.infer<typeof createdPostSchema>;

export const createPostRoute = defineRoute({
  ...posts,
  id: 'createPost',
  method: 'POST',
  path: '/v1/posts',
  access: 'any_key',
  summary: 'Publish a post now, schedule it, or keep it as a draft',
  description:
    'At most one of publishNow, scheduledFor and draft; none means now. Publishing now needs the scope publish, scheduling and drafts scheduled.write. A publish-now answers when every target has ended, at the latest after 10 seconds; `Prefer: wait=0` to 30 changes that.',
  body: createPostBody,
  success: { status: 202, schema: createdPostSchema },
  errors: ['key.scope_missing', ...contentErrors],
});

export const validatePostRoute = defineRoute({
  ...posts,
  id: 'validatePost',
  method: 'POST',
  path: '/v1/posts/validate',
  access: { scope: 'posts.read' },
  summary: 'Run every check of a creation and send nothing',
  body: createPostBody,
  success: {
    status: 200,
    schema: z.object({ success: z.literal(true), valid: z.literal(true), scheduledFor: instantSchema.nullable() }),
  },
  errors: contentErrors,
  ignoresIdempotencyKey: true,
});

export const listPostsRoute = defineRoute({
  ...posts,
  id: 'listPosts',
  method: 'GET',
  path: '/v1/posts',
  access: { scope: 'posts.read' },
  summary: 'List posts',
  query: z.strictObject({
    status: statusSchema.optional(),
    platform: z.union([platformInputSchema.transform((one) => [one]), z.array(platformInputSchema)]).optional(),
    profileId: idSchema.optional(),
    createdAfter: instantFilterSchema.optional(),
    createdBefore: instantFilterSchema.optional(),
    scheduledAfter: instantFilterSchema.optional(),
    scheduledBefore: instantFilterSchema.optional(),
    ...offsetQuery,
  }),
  success: { status: 200, schema: z.object({ success: z.literal(true), total: z.int(), posts: z.array(postSchema) }) },
  errors: [],
});

export const getPostRoute = defineRoute({
  ...posts,
  id: 'getPost',
  method: 'GET',
  path: '/v1/posts/{postId}',
  access: { scope: 'posts.read' },
  summary: 'Get one post with the ledger of its attempts',
  params: postParams,
  success: { status: 200, schema: postAnswer },
  errors: ['post.not_found'],
});

export const deletePostRoute = defineRoute({
  ...posts,
  id: 'deletePost',
  method: 'DELETE',
  path: '/v1/posts/{postId}',
  access: { scope: 'scheduled.write' },
  summary: 'Delete a post; with deleteFromPlatforms also where it was published',
  params: postParams,
  query: z.strictObject({ deleteFromPlatforms: flagSchema.optional() }),
  success: {
    status: 200,
    schema: z.object({
      success: z.boolean(),
      platforms: z
        .array(
          z.object({
            platform: z.string(),
            integrationId: z.string(),
            platformPostId: z.string().nullable(),
            status: z.string(),
            success: z.boolean(),
            message: z.string().optional(),
            errorMessage: z.string().optional(),
          }),
        )
        .optional(),
    }),
  },
  errors: ['post.not_found', 'post.in_flight'],
});

export const retryPostRoute = defineRoute({
  ...posts,
  id: 'retryPost',
  method: 'POST',
  path: '/v1/posts/{postId}/retry',
  access: { scope: 'publish' },
  summary: 'Send again to the targets that certainly were not published',
  params: postParams,
  success: { status: 202, schema: createdPostSchema },
  errors: ['post.not_found', 'post.nothing_to_retry'],
});

export const settleTargetRoute = defineRoute({
  ...posts,
  id: 'settleTarget',
  method: 'POST',
  path: '/v1/posts/{postId}/targets/{targetId}/settle',
  access: { scope: 'publish' },
  summary: 'Decide an unconfirmed target: a person looked at the platform',
  params: z.strictObject({ postId: idSchema, targetId: idSchema }),
  body: z.strictObject({ outcome: z.enum(['published', 'not_published']), platformPostUrl: urlSchema.optional() }),
  success: { status: 200, schema: postAnswer },
  errors: ['post.not_found', 'post.target_not_found', 'post.not_unconfirmed'],
});

export const listScheduledRoute = defineRoute({
  ...scheduled,
  id: 'listScheduledPosts',
  method: 'GET',
  path: '/v1/posts/scheduled',
  access: { scope: 'scheduled.read' },
  summary: 'List scheduled posts',
  query: z.strictObject(offsetQuery),
  success: {
    status: 200,
    schema: z.object({
      success: z.literal(true),
      total: z.int(),
      posts: z.array(
        z.object({
          postId: z.string(),
          content: z.string(),
          scheduledFor: instantSchema.nullable(),
          timezone: z.string(),
          mediaItems: z.array(mediaItemInputSchema),
          platforms: z.array(z.object({ targetId: z.string(), platform: platformSchema, accountId: z.string(), status: statusSchema })),
          createdAt: instantSchema,
        }),
      ),
    }),
  },
  errors: [],
});

export const cancelScheduledRoute = defineRoute({
  ...scheduled,
  id: 'cancelScheduledPost',
  method: 'DELETE',
  path: '/v1/posts/scheduled/{postId}',
  access: { scope: 'scheduled.write' },
  summary: 'Cancel a scheduled post: it becomes a draft',
  params: postParams,
  success: { status: 200, schema: successMessageSchema },
  errors: ['post.not_found', 'post.not_scheduled'],
});

export const rescheduleRoute = defineRoute({
  ...scheduled,
  id: 'reschedulePost',
  method: 'PATCH',
  path: '/v1/posts/scheduled/{postId}',
  access: { scope: 'scheduled.write' },
  summary: 'Move a scheduled post or a draft to another time',
  params: postParams,
  body: z.strictObject({ scheduledFor: timeText, timezone: z.string().min(1).max(100).optional() }),
  success: { status: 200, schema: successMessageSchema.extend({ postId: z.string(), scheduledFor: instantSchema }) },
  errors: ['post.not_found', 'post.not_scheduled', 'post.time_conflict', 'post.time_nonexistent', 'post.time_invalid', 'post.timezone_unknown'],
});

export const editScheduledRoute = defineRoute({
  ...scheduled,
  id: 'editScheduledPost',
  method: 'PUT',
  path: '/v1/posts/scheduled/{postId}',
  access: { scope: 'scheduled.write' },
  summary: 'Replace the content, media and targets of a scheduled post or a draft',
  params: postParams,
  body: z.strictObject({ ...content, scheduledFor: timeText.optional() }),
  success: { status: 200, schema: successMessageSchema.extend({ postId: z.string(), scheduledFor: instantSchema }) },
  errors: ['post.not_found', 'post.not_scheduled', ...contentErrors],
});

