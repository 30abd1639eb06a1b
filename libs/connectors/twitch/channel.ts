import { oneLine, withQuery, type CallContext, type Publication, type Refused } from '../kit/index.ts';
import { helixRequest, readHelix } from './helix.ts';
import { channelUrl, readNoContent, type Kind } from './kind.ts';
import { channelsSchema, checkpointSchema, CONTENT_LABELS, optionsSchema } from './schemas.ts';

/** Properties of a channel, each in a form in which what was asked for and what is shown can be compared. */
type State = Readonly<Record<string, string>>;

/** Lists are compared without their order; tags are the same in upper and lower case. */
const listed = (items: readonly string[]): string => [...new Set(items.map((item) => item.normalize('NFC').toLowerCase()))].sort().join(' ');

/** Two names of no category. */
const gameOf = (id: string): string => (id === '0' ? '' : id);

const settable = new Set<string>(CONTENT_LABELS);

/** What the publication asks for; nothing of the rest. */
function askedState({ content }: Publication): State {
  const { gameId, tags, language, contentLabels, isBrandedContent } = optionsSchema.parse(content.options);
  return {
    title: oneLine(content.text),
    ...(gameId === undefined ? {} : { game: gameOf(gameId) }),
    ...(language === undefined ? {} : { language }),
    ...(tags === undefined ? {} : { tags: listed(tags) }),
    ...(contentLabels === undefined ? {} : { labels: listed(contentLabels) }),
    ...(isBrandedContent === undefined ? {} : { branded: String(isBrandedContent) }),
  };
}

async function readState(context: CallContext, { credential, account }: Publication): Promise<{ readonly kind: 'state'; readonly state: State } | Refused> {
  const read = await readHelix(context, credential, withQuery('/channels', { broadcaster_id: account.platformUserId }), channelsSchema);
  if (read.kind === 'refused') return read;
  const [channel] = read.value.data;
  const state = {
    title: oneLine(channel?.title ?? ''),
    game: gameOf(channel?.game_id ?? ''),
    language: channel?.broadcaster_language ?? '',
    tags: listed(channel?.tags ?? []),
    labels: listed((channel?.content_classification_labels ?? []).filter((label) => settable.has(label))),
    branded: String(channel?.is_branded_content ?? false),
  };
  return { kind: 'state', state };
}

/** Modify Channel Information: the title of the stream with what stands beside it. */
export const title: Kind = {
  note: async (context, publication) => {
    const read = await readState(context, publication);
    return read.kind === 'refused' ? read : { kind: 'noted', checkpoint: { channel: read.state } };
  },
  request: (context, { account, credential, content }) => {
    const { gameId, tags, language, contentLabels, isBrandedContent } = optionsSchema.parse(content.options);
    const body = {
      title: content.text,
      game_id: gameId,
      broadcaster_language: language,
      tags,
      content_classification_labels: contentLabels === undefined ? undefined : CONTENT_LABELS.map((id) => ({ id, is_enabled: contentLabels.includes(id) })),
      is_branded_content: isBrandedContent,
    };
    return helixRequest(context, credential, { method: 'PATCH', path: withQuery('/channels', { broadcaster_id: account.platformUserId }), body });
  },
  read: (context, publication, response) => readNoContent(context, publication, response, 'title'),
  /**
   * Sending the same once more changes nothing, but it would undo what somebody changed in the meantime: it is only proven that it was not
   * done when the channel is as it was before.
   */
  lookup: async (context, publication) => {
    const read = await readState(context, publication);
    if (read.kind === 'refused') return { kind: 'inconclusive', message: read.message };
    const asked = Object.entries(askedState(publication));
    const isShown = asked.every(([name, value]) => read.state[name] === value);
    if (isShown) return { kind: 'published', platformPostId: `title:${publication.publicationId}`, platformPostUrl: channelUrl(context, publication) };
    const { channel: before } = checkpointSchema.parse(publication.checkpoint);
    if (before !== undefined && asked.every(([name]) => read.state[name] === before[name])) return { kind: 'absent' };
    return { kind: 'inconclusive', message: 'The channel shows neither what was sent nor what was there before.' };
  },
};
