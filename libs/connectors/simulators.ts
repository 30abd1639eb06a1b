import { beehiivSimulator } from './beehiiv/simulator.ts';
import { blueskySimulator } from './bluesky/simulator.ts';
import { discordSimulator } from './discord/simulator.ts';
import { facebookSimulator } from './facebook/simulator.ts';
import { ghostSimulator } from './ghost/simulator.ts';
import { instagramSimulator } from './instagram/simulator.ts';
import type { SimulatorEntry } from './kit/simulator.ts';
import { linkedinSimulator } from './linkedin/simulator.ts';
import { mastodonSimulator } from './mastodon/simulator.ts';
import { patreonSimulator } from './patreon/simulator.ts';
import { pinterestSimulator } from './pinterest/simulator.ts';
import { threadsSimulator } from './threads/simulator.ts';
import { tiktokSimulator } from './tiktok/simulator.ts';
import { twitchSimulator } from './twitch/simulator.ts';
import { twitterSimulator } from './twitter/simulator.ts';
import { youtubeSimulator } from './youtube/simulator.ts';

export type * from './kit/simulator.ts';
export { refusalList } from './documents/refusal-list.ts';
export { simulateDiscord } from './discord/simulator.ts';
export { DOCUMENTED_LIMITS, simulateTwitter } from './twitter/simulator.ts';

/** Every platform that the sandbox simulates. Adding a platform adds one line here. */
export const simulators: readonly SimulatorEntry[] = [
  { platform: 'beehiiv', create: beehiivSimulator },
  { platform: 'bluesky', create: blueskySimulator },
  { platform: 'discord', create: discordSimulator },
  { platform: 'facebook', create: facebookSimulator },
  { platform: 'ghost', create: ghostSimulator },
  { platform: 'instagram', create: instagramSimulator },
  { platform: 'linkedin', create: linkedinSimulator },
  { platform: 'mastodon', create: mastodonSimulator },
  { platform: 'patreon', create: patreonSimulator },
  { platform: 'pinterest', create: pinterestSimulator },
  { platform: 'threads', create: threadsSimulator },
  { platform: 'tiktok', create: tiktokSimulator },
  { platform: 'twitch', create: twitchSimulator },
  { platform: 'twitter', create: twitterSimulator },
  { platform: 'youtube', create: youtubeSimulator },
];
