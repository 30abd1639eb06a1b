import type { PlatformHttp } from '@plaza/chassis';
import { callContext, connectorFor, type CallContext, type Connector } from '@plaza/connectors';
import type { Mode, Platform } from '@plaza/contracts';
import type { Platforms } from '../../application/ports.ts';

/** Connectors with the way to their platforms. */
export class ConnectedPlatforms implements Platforms {
  constructor(
    private readonly http: PlatformHttp,
    private readonly sandboxUrl: string,
  ) {}

  connector(platform: Platform): Connector | undefined {
    return connectorFor(platform);
  }

  callContext(connector: Connector, mode: Mode): CallContext {
    return callContext(connector.manifest, mode, { http: this.http[mode], sandboxUrl: this.sandboxUrl, nowMs: Date.now() });
  }
}
