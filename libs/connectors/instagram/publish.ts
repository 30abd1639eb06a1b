import type { Publisher } from '../kit/index.ts';
import { prepareContainer } from '../meta/containers.ts';
import { isMissing } from '../meta/graph.ts';
import { lookupContainer, submitContainer } from '../meta/publishing-containers.ts';
import { createdSchema, successSchema } from '../meta/schemas.ts';
import { lookupComment, submitComment } from './comments.ts';
import { containers } from './containers.ts';
import { isByFacebook, read, remove } from './graph.ts';
import { COVER_LIMITS } from './manifest.ts';
import { optionsSchema } from './schemas.ts';

const isComment = ({ before }: { readonly before: readonly unknown[] }): boolean => before.length > 0;

const removePost: Publisher['remove'] = async (context, { credential }, platformPostId) => {
  if (!isByFacebook(credential)) {
    const message = 'With Instagram Login there is no call that deletes media: connect the account through Facebook Login, or delete the post in the app.';
    return { kind: 'refused', category: 'app_restricted', code: 'login', message };
  }
  const gone = await remove(context, credential, platformPostId, successSchema);
  if (gone.kind === 'answer') return { kind: 'deleted' };
  if (!isMissing(gone)) return gone;
  // The same words stand for what the token does not reach: a token that reaches its page reaches the posts behind it.
  const page = await read(context, credential, 'me', { fields: 'id' }, createdSchema);
  return page.kind === 'answer' ? { kind: 'deleted' } : page;
};

/** Class C: a container is published once, and its status tells afterwards whether it was. The first comment is looked up in its list. */
export const publish: Publisher = {
  attachments: ({ options }, media) => {
    const { contentType, coverUrl, thumbOffset } = optionsSchema.parse(options);
    const [first, ...others] = media;
    if (first?.type !== 'video' || others.length > 0 || contentType === 'story') return [];
    if (coverUrl !== undefined) return [{ path: 'platformSpecificData.coverUrl', type: 'image', url: coverUrl, limits: COVER_LIMITS }];
    if (first.thumbnail === undefined || thumbOffset !== undefined) return [];
    return [{ path: 'mediaItems[0].thumbnail', type: 'image', url: first.thumbnail, limits: COVER_LIMITS }];
  },
  following: ({ options }) => {
    const { firstComment } = optionsSchema.parse(options);
    return firstComment === undefined ? [] : [{ text: firstComment, isOptional: true }];
  },
  prepare: async (context, publication, save) => (isComment(publication) ? { kind: 'ready', checkpoint: {} } : prepareContainer(containers, context, publication, save)),
  submit: (context, publication) => (isComment(publication) ? submitComment(context, publication) : submitContainer(containers, context, publication)),
  lookup: (context, publication, attempt) => (isComment(publication) ? lookupComment(context, publication, attempt) : lookupContainer(containers, context, publication, attempt)),
  remove: removePost,
};
