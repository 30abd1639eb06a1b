import { bodyJson, withQuery, type LookupReading } from '../kit/index.ts';
import { dropped } from './errors.ts';
import { helixRequest } from './helix.ts';
import { channelUrl, readNoContent, type Kind } from './kind.ts';
import { optionsSchema, sentSchema } from './schemas.ts';

/** No call reads a chat afterwards: whether it is there, a person has to say. */
const lookup = async (): Promise<LookupReading> => ({ kind: 'inconclusive', isFinal: true, message: 'No call of Twitch reads the messages of a chat afterwards.' });

/** Send Chat Message. */
export const chat: Kind = {
  request: (context, { account: { platformUserId: own }, credential, content }) => {
    const { replyTo } = optionsSchema.parse(content.options);
    const body = { broadcaster_id: own, sender_id: own, message: content.text, reply_parent_message_id: replyTo };
    return helixRequest(context, credential, { method: 'POST', path: '/chat/messages', body });
  },
  read: (context, publication, response) => {
    const message = sentSchema.safeParse(bodyJson(response)).data?.data[0];
    if (message === undefined) return { kind: 'unknown', reason: 'the answer to Send Chat Message cannot be read', httpStatus: response.status };
    if (message.is_sent && message.message_id !== '') return { kind: 'published', platformPostId: message.message_id, platformPostUrl: channelUrl(context, publication) };
    return dropped(message.drop_reason?.code ?? 'unknown', message.drop_reason?.message ?? 'Twitch dropped the message and did not say why.');
  },
  lookup,
};

/** Send Chat Announcement. */
export const announcement: Kind = {
  request: (context, { account: { platformUserId: own }, credential, content }) => {
    const { color = 'primary' } = optionsSchema.parse(content.options);
    const path = withQuery('/chat/announcements', { broadcaster_id: own, moderator_id: own });
    return helixRequest(context, credential, { method: 'POST', path, body: { message: content.text, color } });
  },
  read: (context, publication, response) => readNoContent(context, publication, response, 'announcement'),
  lookup,
};
