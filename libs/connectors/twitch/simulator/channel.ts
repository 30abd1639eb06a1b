import { z } from 'zod';
import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { json, jsonOf } from '../../kit/simulation/index.ts';
import { helixError, invalid, refused } from './answers.ts';
import type { Actor, Calls } from './world.ts';

const LABELS = ['DebatedSocialIssuesAndPolitics', 'DrugsIntoxication', 'SexualThemes', 'ViolentGraphic', 'Gambling', 'ProfanityVulgarity'] as const;

const changeSchema = z
  .object({
    title: z.string().min(1).max(140),
    game_id: z.string(),
    broadcaster_language: z.string(),
    tags: z.array(z.string().regex(/^[\p{L}\p{M}\p{N}]{1,25}$/u)).max(10),
    content_classification_labels: z.array(z.object({ id: z.enum(LABELS), is_enabled: z.boolean() })),
    is_branded_content: z.boolean(),
  })
  .partial();

interface Channel {
  readonly title: string;
  readonly gameId: string;
  readonly language: string;
  readonly tags: readonly string[];
  readonly labels: readonly string[];
  readonly isBranded: boolean;
}

const NEW: Channel = { title: '', gameId: '', language: 'en', tags: [], labels: [], isBranded: false };

/** Languages that Twitch has; another leaves the channel's as it is, without a word. */
const LANGUAGES: ReadonlySet<string> = new Set(['en', 'de', 'fr', 'es', 'ja', 'other']);

function changed(channel: Channel, change: z.infer<typeof changeSchema>): Channel {
  const { game_id: gameId, broadcaster_language: language, content_classification_labels: labels = [] } = change;
  const switched = new Map(labels.map(({ id, is_enabled: isEnabled }) => [id as string, isEnabled]));
  return {
    title: change.title ?? channel.title,
    gameId: gameId === undefined ? channel.gameId : gameId === '0' ? '' : gameId,
    language: language !== undefined && LANGUAGES.has(language) ? language : channel.language,
    // The same in upper and lower case is one tag.
    tags: change.tags?.filter((tag, index, all) => all.findIndex((other) => other.toLowerCase() === tag.toLowerCase()) === index) ?? channel.tags,
    labels: LABELS.filter((id) => switched.get(id) ?? channel.labels.includes(id)),
    isBranded: change.is_branded_content ?? channel.isBranded,
  };
}

/** What stands over the stream of an account. AutoMod refuses the tag `noob`. */
export function channelCalls(host: SimulatorHost): Calls {
  const channels = host.table<Channel>('channels', 100_000);

  const modify = ({ id: own }: Actor, request: SimulatedRequest): SimulatedResponse => {
    const parsed = changeSchema.safeParse(jsonOf(request));
    if (!parsed.success || Object.keys(parsed.data).length === 0) return invalid('The title is empty or too long, or a tag or label is not valid.');
    if (request.query.get('broadcaster_id') !== own) return helixError(401, 'Unauthorized', 'The ID in broadcaster_id must match the user ID in the token.');
    if (parsed.data.tags?.includes('noob') === true) return refused('tags_refused');
    const channel = changed(channels.get(own) ?? NEW, parsed.data);
    channels.set(own, channel);
    host.record({ accountId: own, postId: host.random(16), text: channel.title });
    return { status: 204 };
  };

  const read = ({ id: own, name }: Actor, { query }: SimulatedRequest): SimulatedResponse => {
    if (query.get('broadcaster_id') !== own) return invalid('The broadcaster ID is not valid.');
    const { title, gameId, language, tags, labels, isBranded } = channels.get(own) ?? NEW;
    const who = { broadcaster_id: own, broadcaster_login: name.toLowerCase(), broadcaster_name: name };
    return json(200, {
      data: [{ ...who, broadcaster_language: language, game_id: gameId, game_name: '', title, delay: 0, tags, content_classification_labels: labels, is_branded_content: isBranded }],
    });
  };

  return {
    'PATCH /channels': { scope: 'channel:manage:broadcast', operation: 'publish', run: modify },
    'GET /channels': { scope: null, operation: 'lookup', run: read },
  };
}
