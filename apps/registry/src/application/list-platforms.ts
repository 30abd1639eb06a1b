import { connectors, type Connector, type Limits } from '@plaza/connectors';
import type { Mode, PlatformInfo } from '@plaza/contracts';
import type { ManagedApps } from './ports.ts';

/** What a customer needs to know of each platform before connecting it. */
export class ListPlatforms {
  constructor(
    private readonly publicUrl: string,
    private readonly managed: ManagedApps,
  ) {}

  execute(mode: Mode): PlatformInfo[] {
    return connectors.map((connector) => this.#describe(connector, mode));
  }

  #describe({ platform, manifest, connect }: Connector, mode: Mode): PlatformInfo {
    const { auth, limits } = manifest;
    return {
      name: platform,
      displayName: manifest.displayName,
      status: manifest.status,
      auth: connect.kind,
      callbackUrl: connect.kind === 'oauth' ? `${this.publicUrl}/v1/connect/${platform}/callback` : null,
      scopes: auth.kind === 'oauth' ? [...auth.scopes.publish] : [],
      canVerifyApp: auth.kind === 'oauth' && auth.canVerifyApp,
      managedApp: this.managed.find(platform, mode) !== undefined,
      credentialFields: auth.kind === 'credentials' ? { ...auth.fieldHelp } : {},
      duplicateProtection: manifest.protection.class,
      limits: describeLimits(limits),
    };
  }
}

function describeLimits(limits: Limits): PlatformInfo['limits'] {
  return {
    text: limits.text.map(({ unit, max }) => ({ unit, max })),
    textRequired: limits.textRequired,
    mediaRequired: limits.mediaRequired,
    maxMedia: limits.maxMedia,
    exclusive: [...limits.exclusive],
    media: Object.fromEntries(Object.entries(limits.media).map(([type, limit]) => [type, { ...limit, mimeTypes: [...limit.mimeTypes] }])),
  };
}
