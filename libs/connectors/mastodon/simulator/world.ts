import { idOfName } from '../../kit/simulation/index.ts';
import type { SimulatorHost } from '../../kit/simulator.ts';

/** What the server calls itself. */
export const DOMAIN = 'mastodon.sandbox.example';

export const SCOPES: ReadonlySet<string> = new Set([
  ...['profile', 'read', 'write', 'follow', 'push', 'read:accounts', 'read:statuses', 'read:notifications', 'write:accounts', 'write:statuses', 'write:media', 'write:favourites'],
]);

/** What a server tells of its limits, in the words of `GET /api/v2/instance`; those of a stock server. */
export const STOCK_LIMITS = {
  statuses: { max_media_attachments: 4, characters_reserved_per_url: 23 },
  media: {
    supported_mime_types: [
      ...['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/heic', 'image/heif', 'image/avif'],
      ...['video/mp4', 'video/webm', 'video/quicktime', 'video/ogg'],
    ],
    image_size_limit: 16_777_216,
    image_matrix_limit: 33_177_600,
    video_size_limit: 103_809_024,
    video_frame_rate_limit: 120,
    video_matrix_limit: 8_294_400,
    description_limit: 1500,
  },
};
export type ServerLimits = typeof STOCK_LIMITS;

export interface World {
  readonly host: SimulatorHost;
  readonly maxCharacters: number;
  readonly version: string;
  readonly limits: ServerLimits;
}

/** Who calls. */
export interface Actor {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly application: string;
}

export const accountIdOf = (name: string): string => idOfName(name, 18);

export function accountShape({ host }: World, name: string): Readonly<Record<string, unknown>> {
  const picture = 'https://files.sandbox.example/avatars/original/missing.png';
  return {
    id: accountIdOf(name),
    username: name,
    acct: name,
    display_name: `Sandbox ${name}`,
    locked: false,
    bot: false,
    group: false,
    discoverable: true,
    indexable: false,
    created_at: '2026-01-01T00:00:00.000Z',
    note: '',
    url: `${host.origin('instance')}/@${name}`,
    uri: `https://${DOMAIN}/users/${name}`,
    avatar: picture,
    avatar_static: picture,
    header: picture,
    header_static: picture,
    followers_count: 0,
    following_count: 0,
    statuses_count: 0,
    emojis: [],
    fields: [],
  };
}

export function profileShape(world: World, name: string): Readonly<Record<string, unknown>> {
  const source = { privacy: 'public', sensitive: false, language: 'en', note: '', fields: [], follow_requests_count: 0, indexable: false };
  return { ...accountShape(world, name), source, role: { id: '-99', name: '', permissions: '65536', color: '', highlighted: false } };
}

export function applicationShape({ application, scopes }: Actor): Readonly<Record<string, unknown>> {
  return { id: '563419', name: application, website: null, scopes, redirect_uris: ['urn:ietf:wg:oauth:2.0:oob'], redirect_uri: 'urn:ietf:wg:oauth:2.0:oob', vapid_key: '' };
}

export function instanceShape({ maxCharacters, version, limits }: World): Readonly<Record<string, unknown>> {
  return {
    domain: DOMAIN,
    title: 'Sandbox Mastodon',
    version,
    source_url: 'https://github.com/mastodon/mastodon',
    description: 'Nothing that is published here reaches anybody.',
    usage: { users: { active_month: 1 } },
    thumbnail: { url: 'https://files.sandbox.example/site_uploads/preview.png' },
    icon: [],
    languages: ['en'],
    configuration: {
      urls: { streaming: `wss://${DOMAIN}` },
      accounts: { max_featured_tags: 10, max_pinned_statuses: 5 },
      statuses: { max_characters: maxCharacters, ...limits.statuses },
      media_attachments: limits.media,
      polls: { max_options: 4, max_characters_per_option: 50, min_expiration: 300, max_expiration: 2_629_746 },
      translation: { enabled: false },
    },
    registrations: { enabled: false, approval_required: false, message: null },
    api_versions: { mastodon: 8 },
    contact: { email: 'nobody@sandbox.example', account: null },
    rules: [],
  };
}
