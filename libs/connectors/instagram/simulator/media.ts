import type { SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { graphError, json, listPage, shown, timestamp } from '../../meta/simulation/answers.ts';
import { REFUSALS } from './answers.ts';
import type { ContainerCalls } from './containers.ts';
import type { Engagement } from './engagement.ts';
import type { Container, Media, World } from './world.ts';

const DAY_MS = 24 * 3_600_000;
/** The guide's figure, told where no limit is enforced. */
const DOCUMENTED_QUOTA = 100;

/** The calls around published media of one account. */
export interface MediaCalls {
  publish(userId: string, creationId: string): SimulatedResponse;
  read(media: Media, query: URLSearchParams): SimulatedResponse;
  list(userId: string, query: URLSearchParams): SimulatedResponse;
  stories(userId: string, query: URLSearchParams): SimulatedResponse;
  quota(userId: string): SimulatedResponse;
}

const TYPES: Readonly<Record<Container['mediaType'], readonly [type: string, product: string]>> = {
  IMAGE: ['IMAGE', 'FEED'],
  VIDEO: ['VIDEO', 'FEED'],
  REELS: ['VIDEO', 'REELS'],
  STORIES: ['IMAGE', 'STORY'],
  CAROUSEL: ['CAROUSEL_ALBUM', 'FEED'],
};

interface Server {
  readonly host: SimulatorHost;
  readonly world: World;
  readonly containers: ContainerCalls;
  readonly engagement: Engagement;
  readonly publishesPerDay: number | undefined;
}

export function mediaCalls(server: Server): MediaCalls {
  const { host, world, publishesPerDay } = server;
  const postsOf = (userId: string): Media[] => postsBy(world, userId);
  return {
    publish: (userId, creationId) => publish(server, userId, creationId),
    read: (media, query) => json(show(server, media, query)),
    list: (userId, query) => {
      const [since, until] = [Number(query.get('since') ?? 0) * 1000, Number(query.get('until') ?? Infinity) * 1000];
      const isListed = ({ mediaType, atMs }: Media): boolean => mediaType !== 'STORIES' && atMs >= since && atMs <= until;
      return listPage(postsOf(userId).filter(isListed), query, (media) => show(server, media, query));
    },
    stories: (userId, query) => {
      const isStory = ({ mediaType, atMs }: Media): boolean => mediaType === 'STORIES' && atMs > host.now() - DAY_MS;
      return listPage(postsOf(userId).filter(isStory), query, (media) => show(server, media, query));
    },
    quota: (userId) => {
      const config = { quota_total: publishesPerDay ?? DOCUMENTED_QUOTA, quota_duration: 86_400 };
      return json({ data: [{ quota_usage: usedQuota(server, userId), config }] });
    },
  };
}

/** Newest first. */
const postsBy = (world: World, userId: string): Media[] => [...world.media.values()].filter((media) => media.userId === userId).reverse();

const usedQuota = ({ host, world }: Server, userId: string): number =>
  postsBy(world, userId).filter(({ atMs }) => atMs > host.now() - DAY_MS).length;

function show({ host, world, engagement }: Server, media: Media, query: URLSearchParams): Record<string, unknown> {
  const [mediaType, product] = TYPES[media.mediaType];
  const path = media.mediaType === 'REELS' ? 'reel' : 'p';
  const all: Record<string, unknown> = {
    caption: media.caption === '' ? undefined : media.caption,
    media_type: mediaType,
    media_product_type: product,
    permalink: `${host.origin('web')}/${path}/${media.shortcode}/`,
    shortcode: media.shortcode,
    timestamp: timestamp(media.atMs),
    username: world.users.get(media.userId)?.username,
    like_count: 5,
    comments_count: engagement.countOf(media),
  };
  return shown(all, media.id, query);
}

function refuseContainer(containers: ContainerCalls, container: Container): SimulatedResponse | undefined {
  const code = containers.codeOf(container);
  if (code === 'IN_PROGRESS') return REFUSALS.not_ready();
  if (code === 'EXPIRED') return REFUSALS.container_expired();
  if (code === 'ERROR') return REFUSALS.create_failed();
  // What Instagram answers for a container that is published already is not documented.
  return code === 'PUBLISHED' ? REFUSALS.container_missing() : undefined;
}

function publish(server: Server, userId: string, creationId: string): SimulatedResponse {
  const { host, world, containers, publishesPerDay } = server;
  const container = world.containers.get(creationId);
  if (container === undefined || container.userId !== userId) return REFUSALS.container_missing();
  if (container.isChild) return graphError(400, 100, undefined, '(#100) A carousel item cannot be published by itself');
  const refused = refuseContainer(containers, container);
  if (refused !== undefined) return refused;
  if (publishesPerDay !== undefined && usedQuota(server, userId) >= publishesPerDay) return REFUSALS.daily_limit();
  const { caption, mediaType } = container;
  const media: Media = { id: world.nextId(), userId, caption, mediaType, shortcode: host.random(8), atMs: host.now() };
  world.media.set(media.id, media);
  world.containers.set(creationId, { ...container, publishedAs: media.id });
  host.record({ accountId: userId, postId: media.id, text: caption });
  return json({ id: media.id });
}
