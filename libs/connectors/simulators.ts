export type * from './kit/simulator.ts';
export { blueskySimulator } from './bluesky/simulator.ts';
export { discordSimulator, simulateDiscord } from './discord/simulator.ts';
export { instagramSimulator } from './instagram/simulator.ts';
export { DOCUMENTED_LIMITS, simulateTwitter, twitterSimulator } from './twitter/simulator.ts';
