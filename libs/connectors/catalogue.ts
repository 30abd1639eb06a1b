import type { Platform } from '@plaza/contracts';
import { bluesky } from './bluesky/index.ts';
import { discord } from './discord/index.ts';
import { instagram } from './instagram/index.ts';
import type { Connector } from './kit/index.ts';
import { twitter } from './twitter/index.ts';

/** Every platform that Plaza can reach. Adding a platform adds its folder and one line here. */
export const connectors: readonly Connector[] = [bluesky, discord, instagram, twitter];

/** The connector of a platform, or undefined while Plaza has none. */
export function connectorFor(platform: Platform): Connector | undefined {
  return connectors.find((connector) => connector.platform === platform);
}
