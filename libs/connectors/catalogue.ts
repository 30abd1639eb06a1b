import type { Platform } from '@plaza/contracts';
import type { Connector } from './kit/index.ts';

/** Every platform that Plaza can reach. Adding a platform adds its folder and one line here. */
export const connectors: readonly Connector[] = [];

/** The connector of a platform, or undefined while Plaza has none. */
export function connectorFor(platform: Platform): Connector | undefined {
  return connectors.find((connector) => connector.platform === platform);
}
