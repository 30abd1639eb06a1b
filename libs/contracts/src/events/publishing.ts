import { z } from 'zod';
import { platformSchema } from '../platforms.ts';
import { refusalCategorySchema, statusSchema, targetStateSchema } from '../publishing-vocabulary.ts';
import { defineEvent } from './define.ts';

const id = z.string();
const instant = z.iso.datetime();
const post = { version: 1, producer: 'publishing', key: 'post' } as const;
const postId = '0198c0de-0000-7000-8000-000000000010';
const targetId = '0198c0de-0000-7000-8000-000000000011';
const accountId = '0198c0de-0000-7000-8000-000000000001';

export const postScheduled = defineEvent({
  ...post,
  type: 'post.scheduled',
  summary: 'A post was accepted for a time, or moved to another one.',
  consumers: [],
  data: z.object({ postId: id, scheduledFor: instant, targets: z.array(z.object({ targetId: id, accountId: id, platform: platformSchema })) }),
  example: { postId, scheduledFor: '2026-11-23T09:00:00.000Z', targets: [{ targetId, accountId, platform: 'twitter' }] },
});

export const publicationDue = defineEvent({
  version: 1,
  producer: 'publishing',
  key: 'account',
  type: 'publication.due',
  summary: 'A target is due; a worker may claim it.',
  consumers: ['publishing'],
  role: 'worker',
  delivery: 'notice',
  data: z.object({ targetId: id, postId: id, accountId: id, platform: platformSchema, dueAt: instant }),
  example: { targetId, postId, accountId, platform: 'twitter', dueAt: '2026-11-23T09:00:00.000Z' },
});

export const publicationFinished = defineEvent({
  ...post,
  type: 'publication.finished',
  summary: 'A target ended: published, failed, canceled, or unconfirmed and in need of a person.',
  consumers: ['accounts'],
  data: z.object({
    targetId: id,
    postId: id,
    accountId: id,
    platform: platformSchema,
    state: targetStateSchema,
    finishedAt: instant,
    platformPostId: z.string().nullable(),
    platformPostUrl: z.string().nullable(),
    category: refusalCategorySchema.nullable(),
    message: z.string().nullable(),
  }),
  example: {
    targetId,
    postId,
    accountId,
    platform: 'twitter',
    state: 'published',
    finishedAt: '2026-11-23T09:00:00.400Z',
    platformPostId: '1445880548472328192',
    platformPostUrl: 'https://x.com/plaza/status/1445880548472328192',
    category: null,
    message: null,
  },
});

const ended = z.object({ postId: id, status: statusSchema, targets: z.array(z.object({ targetId: id, accountId: id, platform: platformSchema, state: targetStateSchema })) });
const endedExample = (status: string, state: string) => ({ postId, status, targets: [{ targetId, accountId, platform: 'twitter', state }] });

export const postPublished = defineEvent({
  ...post,
  type: 'post.published',
  summary: 'Every target of a post was published.',
  consumers: [],
  data: ended,
  example: endedExample('published', 'published'),
});

export const postPartial = defineEvent({
  ...post,
  type: 'post.partial',
  summary: 'The targets of a post ended differently.',
  consumers: [],
  data: ended,
  example: endedExample('partial', 'failed'),
});

export const postFailed = defineEvent({
  ...post,
  type: 'post.failed',
  summary: 'Every target of a post failed.',
  consumers: [],
  data: ended,
  example: endedExample('failed', 'failed'),
});

export const postCanceled = defineEvent({
  ...post,
  type: 'post.canceled',
  summary: 'A scheduled post was canceled and is a draft again.',
  consumers: [],
  data: z.object({ postId: id }),
  example: { postId },
});
