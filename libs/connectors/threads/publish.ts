import type { Attachment, Publisher } from '../kit/index.ts';
import { prepareContainer } from '../meta/containers.ts';
import { lookupContainer, submitContainer } from '../meta/publishing-containers.ts';
import { createdSchema, successSchema } from '../meta/schemas.ts';
import { containers } from './containers.ts';
import { isGone, read, remove } from './graph.ts';
import { MEDIA_LIMITS } from './manifest.ts';
import { optionsSchema, type ThreadItem } from './schemas.ts';

function attachmentsOf({ mediaItems = [] }: ThreadItem, index: number): Attachment[] {
  return mediaItems.map(({ type, url }, position) => ({ path: `platformSpecificData.threadItems[${index}].mediaItems[${position}]`, type, url, limits: MEDIA_LIMITS }));
}

const itemsOf = (options: Readonly<Record<string, unknown>>): readonly ThreadItem[] => optionsSchema.parse(options).threadItems ?? [];

/** Class C: each post of a thread is a container, which is published once, and its status tells afterwards whether it was. */
export const publish: Publisher = {
  attachments: ({ options }) => itemsOf(options).flatMap(attachmentsOf),
  following: ({ options }) => itemsOf(options).map((item, index) => ({ text: item.content, media: attachmentsOf(item, index).map(({ path }) => path) })),
  prepare: (context, publication, save) => prepareContainer(containers, context, publication, save),
  submit: (context, publication) => submitContainer(containers, context, publication),
  lookup: (context, publication, attempt) => lookupContainer(containers, context, publication, attempt),
  remove: async (context, { credential }, platformPostId) => {
    const gone = await remove(context, credential, platformPostId, successSchema);
    if (gone.kind === 'answer') return { kind: 'deleted' };
    if (!isGone(gone)) return gone;
    // The same words stand for what the token does not reach: a token that reaches its account reaches the account's posts.
    const me = await read(context, credential, 'me', { fields: 'id' }, createdSchema);
    return me.kind === 'answer' ? { kind: 'deleted' } : me;
  },
};
