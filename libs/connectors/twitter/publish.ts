import type { MediaType } from '@plaza/contracts';
import { hostOf, harmless, type CallContext, type Publication, type Publisher, type Refused, type Submitted } from '../kit/index.ts';
import { callApi, jsonRequest } from './call.ts';
import { lookup } from './lookup.ts';
import { manifest } from './manifest.ts';
import { prepare, preparedMedia } from './media.ts';
import { createdSchema, deletedSchema, optionsSchema } from './schemas.ts';

function postUrl(context: CallContext, publication: Pick<Publication, 'account'>, postId: string): string {
  const name = publication.account.username?.replace(/^@/, '') ?? 'i';
  return `${hostOf(context.publicHosts, 'web')}/${name}/status/${postId}`;
}

/** The body of `POST /2/tweets`; X refuses fields that it does not know, so absent ones are left out. */
function createBody(publication: Publication, mediaIds: readonly string[]): Readonly<Record<string, unknown>> {
  const { content, before } = publication;
  const options = optionsSchema.parse(content.options);
  const last = before.at(-1);
  const attached = mediaIds.length === 0 ? {} : { media: { media_ids: mediaIds } };
  // What else was asked for is meant for the first post of a thread.
  if (last !== undefined) return { text: content.text, ...attached, reply: { in_reply_to_tweet_id: last.platformPostId } };
  return {
    ...(content.text === '' ? {} : { text: content.text }),
    ...attached,
    ...(options.poll === undefined ? {} : { poll: { options: options.poll.options, duration_minutes: options.poll.durationMinutes } }),
    ...(options.replyToTweetId === undefined ? {} : { reply: { in_reply_to_tweet_id: options.replyToTweetId } }),
    ...(options.replySettings === undefined ? {} : { reply_settings: options.replySettings }),
    ...(options.communityId === undefined ? {} : { community_id: options.communityId }),
    ...(options.shareWithFollowers === undefined ? {} : { share_with_followers: options.shareWithFollowers }),
  };
}

/** What X does not permit may be the app's or the account's want of a permission; of a long post it is the account's want of Premium. */
function asRefusedPost({ content }: Publication, refused: Refused): Refused {
  const isTooLong = refused.category === 'scope_missing' && optionsSchema.parse(content.options).longPost === true;
  return isTooLong ? { ...refused, category: 'content_rejected' } : refused;
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
  if (result.kind !== 'answered') return result.kind === 'refused' ? asRefusedPost(publication, result) : result;
  const { id } = result.value.data;
  return { kind: 'published', platformPostId: id, platformPostUrl: postUrl(context, publication, id) };
}

/** The media of the further posts of a thread, by the paths under which they are attached. */
function threadMedia(options: Publication['content']['options']): { readonly index: number; readonly path: string; readonly type: MediaType; readonly url: string }[] {
  return (optionsSchema.parse(options).threadItems ?? []).flatMap(({ mediaItems = [] }, index) =>
    mediaItems.map(({ type, url }, place) => ({ index, path: `platformSpecificData.threadItems[${index}].mediaItems[${place}]`, type, url })),
  );
}

export const publish: Publisher = {
  prepare,
  attachments: ({ options }) => threadMedia(options).map(({ path, type, url }) => ({ path, type, url, limits: manifest.limits.media })),
  following: ({ options }) => {
    const media = threadMedia(options);
    return (optionsSchema.parse(options).threadItems ?? []).map(({ content }, index) => ({ text: content, media: media.filter((item) => item.index === index).map(({ path }) => path) }));
  },
  submit,
  lookup: (context, publication, attempt) => lookup(context, publication, attempt, (postId) => postUrl(context, publication, postId)),
  remove: async (context, { credential }, platformPostId) => {
    const result = await callApi(context, credential, { method: 'DELETE', path: `/2/tweets/${platformPostId}` }, deletedSchema);
    if (result.kind === 'answered' || (result.kind === 'refused' && result.httpStatus === 404)) return { kind: 'deleted' };
    return harmless(result);
  },
};
