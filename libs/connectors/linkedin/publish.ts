import { bodyJson, harmless, hostOf, type CallContext, type Publication, type Publisher, type Submitted } from '../kit/index.ts';
import { COVER_PATH, isComment, slotsOf, THUMBNAIL_PATH, uploadedOf } from './assets.ts';
import { authorOf } from './author.ts';
import { commentBody, postBody } from './body.ts';
import { restRequest, send, type RestCall } from './call.ts';
import { lookup } from './lookup.ts';
import { manifest, PICTURE_LIMITS } from './manifest.ts';
import { prepare } from './media.ts';
import { restPath } from './restli.ts';
import { commentedSchema, optionsSchema, postUrnSchema } from './schemas.ts';

function urlOf(context: CallContext, postUrn: string): string {
  return `${hostOf(context.publicHosts, 'web')}/feed/update/${postUrn}/`;
}

const postOf = ({ before }: Publication): string => before[0]?.platformPostId ?? '';

function callOf(publication: Publication, urns: readonly string[]): RestCall {
  if (!isComment(publication)) return { method: 'POST', path: restPath(['posts']), json: postBody(publication, urns) };
  return { method: 'POST', path: restPath(['socialActions', postOf(publication), 'comments']), json: commentBody(publication, postOf(publication)) };
}

/** The cover of a video that LinkedIn did not take. */
function warned(publication: Publication, nowMs: number): { readonly warning?: string } {
  const cover = slotsOf(publication, nowMs)[0]?.cover ?? '';
  return cover === '' ? {} : { warning: `The cover was not taken: ${cover}` };
}

async function submit(context: CallContext, publication: Publication): Promise<Submitted> {
  const urns = uploadedOf(publication, context.nowMs);
  if (urns === undefined) return { kind: 'unsent', reason: 'the media are not uploaded, or too long ago' };
  const request = restRequest(context, publication.credential, callOf(publication, urns));
  const answer = await send(context, { ...request, visible: true, deadlineMs: manifest.submitDeadlineMs });
  if (answer.kind !== 'response') return answer;
  if (isComment(publication)) {
    const { data } = commentedSchema.safeParse(bodyJson(answer));
    if (data === undefined) return { kind: 'unknown', reason: 'the comment has no URN', httpStatus: answer.status };
    return { kind: 'published', platformPostId: data.commentUrn, platformPostUrl: urlOf(context, postOf(publication)) };
  }
  // The id of what was made stands in a header; the body is empty.
  const { data: urn } = postUrnSchema.safeParse(answer.headers['x-restli-id']);
  if (answer.status !== 201 || urn === undefined) return { kind: 'unknown', reason: 'the post has no URN', httpStatus: answer.status };
  return { kind: 'published', platformPostId: urn, platformPostUrl: urlOf(context, urn), ...warned(publication, context.nowMs) };
}

/** A comment is deleted by its post and its number, in the name of who wrote it. */
function deletion(author: string, id: string): RestCall {
  const comment = /^urn:li:comment:\((urn:li:\w+:\d+),(\d+)\)$/.exec(id);
  if (comment === null) return { method: 'DELETE', path: restPath(['posts', id]), restliMethod: 'DELETE' };
  return { method: 'DELETE', path: restPath(['socialActions', comment[1] ?? '', 'comments', comment[2] ?? ''], { actor: author }) };
}

const remove: Publisher['remove'] = async (context, { account, credential }, platformPostId) => {
  const answer = await send(context, restRequest(context, credential, deletion(authorOf(account), platformPostId)));
  if (answer.kind === 'response' || (answer.kind === 'refused' && answer.httpStatus === 404)) return { kind: 'deleted' };
  return harmless(answer);
};

export const publish: Publisher = {
  attachments: ({ options }, media) => {
    const { articleThumbnailUrl } = optionsSchema.parse(options);
    const [first] = media;
    if (first === undefined) return articleThumbnailUrl === undefined ? [] : [{ path: THUMBNAIL_PATH, type: 'image', url: articleThumbnailUrl, limits: PICTURE_LIMITS }];
    if (first.type !== 'video' || first.thumbnail === undefined) return [];
    return [{ path: COVER_PATH, type: 'image', url: first.thumbnail, limits: PICTURE_LIMITS }];
  },
  following: ({ options }) => {
    const { firstComment } = optionsSchema.parse(options);
    return firstComment === undefined ? [] : [{ text: firstComment, isOptional: true }];
  },
  prepare,
  submit,
  lookup: (context, publication, attempt) => lookup(context, publication, attempt, (urn) => urlOf(context, urn)),
  remove,
};
