import { bodyJson, harmless, hostOf, screen, withQuery, type CallContext, type HttpRequest, type HttpResponse, type Prepared, type Publication, type Publisher, type Refused, type Submitted } from '../kit/index.ts';
import { validateRequest } from './auth.ts';
import { dropped, errors } from './errors.ts';
import { helixRequest } from './helix.ts';
import { manifest } from './manifest.ts';
import { optionsSchema, sentSchema } from './schemas.ts';

/** The one call of each kind; the own channel is the only one. */
function requestOf(context: CallContext, publication: Publication): HttpRequest {
  const { content, credential, account } = publication;
  const { contentType = 'chat', color = 'primary' } = optionsSchema.parse(content.options);
  const own = account.platformUserId;
  if (contentType === 'title') {
    return helixRequest(context, credential, { method: 'PATCH', path: withQuery('/channels', { broadcaster_id: own }), body: { title: content.text } });
  }
  if (contentType === 'announcement') {
    const path = withQuery('/chat/announcements', { broadcaster_id: own, moderator_id: own });
    return helixRequest(context, credential, { method: 'POST', path, body: { message: content.text, color } });
  }
  return helixRequest(context, credential, { method: 'POST', path: '/chat/messages', body: { broadcaster_id: own, sender_id: own, message: content.text } });
}

/** An announcement and a title have no id of their own; the publication's stands for it. */
function readSent(context: CallContext, publication: Publication, response: HttpResponse): Submitted {
  const { contentType = 'chat' } = optionsSchema.parse(publication.content.options);
  const platformPostUrl = `${hostOf(context.publicHosts, 'web')}/${publication.account.username ?? ''}`;
  if (contentType !== 'chat') {
    if (response.status !== 204) return { kind: 'unknown', reason: `HTTP ${response.status} instead of 204`, httpStatus: response.status };
    return { kind: 'published', platformPostId: `${contentType}:${publication.publicationId}`, platformPostUrl };
  }
  const parsed = sentSchema.safeParse(bodyJson(response));
  const message = parsed.data?.data[0];
  if (message === undefined) return { kind: 'unknown', reason: 'the answer to Send Chat Message cannot be read', httpStatus: response.status };
  if (message.is_sent && message.message_id !== '') return { kind: 'published', platformPostId: message.message_id, platformPostUrl };
  return dropped(message.drop_reason?.code ?? 'unknown', message.drop_reason?.message ?? 'Twitch dropped the message and did not say why.');
}

/** Twitch asks that a token is validated before it is used; a dead one is noticed before anything is sent. */
async function prepare(context: CallContext, { credential, checkpoint }: Publication): Promise<Prepared | Refused> {
  const answer = screen(await context.http.send(validateRequest(context, credential.accessToken.reveal())), errors, context.nowMs);
  return answer.kind === 'response' ? { kind: 'ready', checkpoint } : harmless(answer);
}

/** Class E: no call reads a chat afterwards, so an outcome that is lost is a person's to settle. */
export const publish: Publisher = {
  prepare,
  submit: async (context, publication) => {
    const outcome = await context.http.send({ ...requestOf(context, publication), visible: true, deadlineMs: manifest.submitDeadlineMs });
    const answer = screen(outcome, errors, context.nowMs);
    return answer.kind === 'response' ? readSent(context, publication, answer) : answer;
  },
};
