import * as all from '@plaza/connectors/simulators';

/** A platform and what makes its simulator. */
export interface SimulatorEntry {
  readonly platform: string;
  readonly create: all.SimulatorFactory;
}

/** Every platform that the sandbox simulates. */
export const simulators: readonly SimulatorEntry[] = [
  { platform: 'twitter', create: all.twitterSimulator },
  { platform: 'instagram', create: all.instagramSimulator },
  { platform: 'bluesky', create: all.blueskySimulator },
  { platform: 'discord', create: all.discordSimulator },
];
