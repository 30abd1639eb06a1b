import { harmless, type CallContext, type Publication, type Publisher, type Submitted } from '../kit/index.ts';
import { callApi, jsonRequest } from './call.ts';
import { lookup } from './lookup.ts';
import { manifest } from './manifest.ts';
import { prepare, preparedMedia } from './media.ts';
import { createdSchema, deletedSchema, optionsSchema } from './schemas.ts';

function postUrl(context: CallContext, publication: Pick<Publication, 'account'>, postId: string): string {
  const name = publication.account.username?.replace(/^@/, '') ?? 'i';
  return `${context.hosts['web']}/${name}/status/${postId}`;
}

/** The body of `POST /2/tweets`; X refuses fields that it does not know, so absent ones are left out. */
function createBody(publication: Publication, mediaIds: readonly string[]): Readonly<Record<string, unknown>> {
  const { content, before } = publication;
  const options = optionsSchema.parse(content.options);
  const last = before.at(-1);
  // What else was asked for is meant for the first post of a thread.
  if (last !== undefined) return { text: content.text, reply: { in_reply_to_tweet_id: last.platformPostId } };
  return {
    ...(content.text === '' ? {} : { text: content.text }),
    ...(mediaIds.length === 0 ? {} : { media: { media_ids: mediaIds } }),
    ...(options.poll === undefined ? {} : { poll: { options: options.poll.options, duration_minutes: options.poll.durationMinutes } }),
    ...(options.replyToTweetId === undefined ? {} : { reply: { in_reply_to_tweet_id: options.replyToTweetId } }),
    ...(options.replySettings === undefined ? {} : { reply_settings: options.replySettings }),
    ...(options.communityId === undefined ? {} : { community_id: options.communityId }),
    ...(options.shareWithFollowers === undefined ? {} : { share_with_followers: options.shareWithFollowers }),
  };
}

async function submit(context: CallContext, publication: Publication): Promise<Submitted> {
  const media = preparedMedia(publication, context.nowMs);
  if (media === undefined) return { kind: 'unsent', reason: 'the media are not uploaded, or expire too soon' };
  const request = jsonRequest(
    createBody(
      publication,
      media.map((slot) => slot.id),
    ),
  );
  const call = { method: 'POST', path: '/2/tweets', visible: true, deadlineMs: manifest.submitDeadlineMs, ...request } as const;
  const result = await callApi(context, publication.credential, call, createdSchema);
  if (result.kind !== 'answered') return result;
  const { id } = result.value.data;
  return { kind: 'published', platformPostId: id, platformPostUrl: postUrl(context, publication, id) };
}

export const publish: Publisher = {
  prepare,
  following: ({ options }) => (optionsSchema.parse(options).threadItems ?? []).map((item) => ({ text: item.content })),
  submit,
  lookup: (context, publication, attempt) => lookup(context, publication, attempt, (postId) => postUrl(context, publication, postId)),
  remove: async (context, { credential }, platformPostId) => {
    const result = await callApi(context, credential, { method: 'DELETE', path: `/2/tweets/${platformPostId}` }, deletedSchema);
    if (result.kind === 'answered' || (result.kind === 'refused' && result.httpStatus === 404)) return { kind: 'deleted' };
    return harmless(result);
  },
};
