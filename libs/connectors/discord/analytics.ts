import { bodyJson, harmless, NO_METRICS, screen, type Analytics } from '../kit/index.ts';
import { errors, isUnknownMessage } from './errors.ts';
import { countedSchema } from './schemas.ts';
import { messageUrl } from './webhook.ts';

/** Reactions are all that Discord counts of a message (Get Webhook Message; message object, `reactions`). A server without them leaves the field out. */
export const analytics: Analytics = {
  batchSize: 1,
  cacheMs: 5 * 60_000,
  read: async (context, { credential }, posts) => {
    const [post] = posts;
    if (post === undefined) return { kind: 'metrics', posts: {} };
    const answer = screen(await context.http.send({ method: 'GET', url: messageUrl(context, credential, post.platformPostId) }), errors, context.nowMs);
    if (isUnknownMessage(answer)) return { kind: 'metrics', posts: {} };
    if (answer.kind !== 'response') return harmless(answer);
    const message = countedSchema.safeParse(bodyJson(answer));
    if (!message.success) return harmless({ kind: 'unknown', reason: 'the answer to Get Webhook Message cannot be read' });
    const likes = (message.data.reactions ?? []).reduce((sum, { count }) => sum + count, 0);
    return { kind: 'metrics', posts: { [post.platformPostId]: { ...NO_METRICS, likes } } };
  },
};
