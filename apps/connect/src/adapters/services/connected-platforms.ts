import { callContext, connectorFor, hostsFor, type CallContext, type Connector } from '@plaza/connectors';
import type { PlatformHttp } from '@plaza/chassis';
import type { Mode, Platform } from '@plaza/contracts';
import type { Platforms } from '../../application/ports.ts';

/** Connectors with the way to their platforms: the real ones through the address guard, those of the sandbox on its own URL only. */
export class ConnectedPlatforms implements Platforms {
  constructor(
    private readonly http: PlatformHttp,
    private readonly urls: { readonly sandboxUrl: string; readonly publicSandboxUrl: string },
  ) {}

  connector(platform: Platform): Connector | undefined {
    return connectorFor(platform);
  }

  callContext(connector: Connector, mode: Mode): CallContext {
    return callContext(connector.manifest, mode, { http: this.http[mode], sandboxUrl: this.urls.sandboxUrl, nowMs: Date.now() });
  }

  browserHosts(connector: Connector, mode: Mode): Readonly<Record<string, string>> {
    return hostsFor(connector.manifest, mode, this.urls.publicSandboxUrl);
  }
}
