import type { Platform } from '@plaza/contracts';
import { beehiiv } from './beehiiv/index.ts';
import { bluesky } from './bluesky/index.ts';
import { discord } from './discord/index.ts';
import { facebook } from './facebook/index.ts';
import { ghost } from './ghost/index.ts';
import { instagram } from './instagram/index.ts';
import type { Connector } from './kit/index.ts';
import { linkedin } from './linkedin/index.ts';
import { mastodon } from './mastodon/index.ts';
import { patreon } from './patreon/index.ts';
import { pinterest } from './pinterest/index.ts';
import { threads } from './threads/index.ts';
import { tiktok } from './tiktok/index.ts';
import { twitch } from './twitch/index.ts';
import { twitter } from './twitter/index.ts';
import { youtube } from './youtube/index.ts';

/** Every platform that Plaza can reach. Adding a platform adds its folder and one line here. */
export const connectors: readonly Connector[] = [
  beehiiv,
  bluesky,
  discord,
  facebook,
  ghost,
  instagram,
  linkedin,
  mastodon,
  patreon,
  pinterest,
  threads,
  tiktok,
  twitch,
  twitter,
  youtube,
];

/** The connector of a platform, or undefined while Plaza has none. */
export function connectorFor(platform: Platform): Connector | undefined {
  return connectors.find((connector) => connector.platform === platform);
}
