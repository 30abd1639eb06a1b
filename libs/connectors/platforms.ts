import type { Mode, Platform } from '@plaza/contracts';
import { connectorFor } from './catalogue.ts';
import { atOwnHosts, callContext, hostsFor, type CallContext, type Connector, type Http } from './kit/index.ts';

/** Connectors with the way to their platforms: the real ones, or those of the sandbox. URLs are without a trailing slash. */
export class ConnectedPlatforms {
  readonly #http: Readonly<Record<Mode, Http>>;
  readonly #urls: { readonly sandboxUrl: string; readonly publicSandboxUrl: string };

  /** `sandboxUrl` is where this process reaches the sandbox, `publicSandboxUrl` where a browser does. */
  constructor(http: Readonly<Record<Mode, Http>>, urls: { readonly sandboxUrl: string; readonly publicSandboxUrl: string }) {
    this.#http = http;
    this.#urls = urls;
  }

  connector(platform: Platform): Connector | undefined {
    return connectorFor(platform);
  }

  /** `extra`: what is stored with an account's grant, for platforms whose accounts bring their own hosts. */
  callContext(connector: Connector, mode: Mode, extra: Readonly<Record<string, string>> = {}): CallContext {
    const context = callContext(connector.manifest, mode, { http: this.#http[mode], ...this.#urls, nowMs: Date.now() });
    return atOwnHosts(context, connector.manifest, extra);
  }

  /** The platform's hosts as a browser reaches them. */
  browserHosts(connector: Connector, mode: Mode): Readonly<Record<string, string>> {
    return hostsFor(connector.manifest, mode, this.#urls.publicSandboxUrl);
  }
}
