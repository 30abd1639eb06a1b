import type { Mode } from '@plaza/contracts';
import type { Http } from './http.ts';
import type { Manifest } from './manifest.ts';

type Hosts = Readonly<Record<string, string>>;

/** What every call of a connector may use. Nothing else: no clock, no network, no environment of its own. */
export interface CallContext {
  readonly http: Http;
  /** Base URL per host name of the manifest, without a trailing slash: the real platform's, the account's own, or the sandbox's. */
  readonly hosts: Hosts;
  /** The same as a user's browser sees them: where the sandbox runs apart, its addresses are others inside and outside. */
  readonly publicHosts: Hosts;
  /** The sandbox stands in for the platform: no address of the real network is followed, whatever an answer says. */
  readonly isSandbox: boolean;
  readonly nowMs: number;
}

/** The platform's hosts for a mode: the real ones, or those of the sandbox at `sandboxUrl` (no trailing slash). */
export function hostsFor(manifest: Manifest, mode: Mode, sandboxUrl: string): Hosts {
  if (mode === 'live') return manifest.hosts;
  return Object.fromEntries(Object.keys(manifest.hosts).map((name) => [name, `${sandboxUrl}/${manifest.platform}/${name}`]));
}

/** The base URL of one of the manifest's hosts. */
export function hostOf(hosts: Hosts, name: string): string {
  const url = hosts[name];
  if (url === undefined) throw new Error(`There is no host ${name}.`);
  return url;
}

/** What a connector's calls run in. */
export function callContext(manifest: Manifest, mode: Mode, outside: { readonly http: Http; readonly sandboxUrl: string; readonly publicSandboxUrl?: string; readonly nowMs: number }): CallContext {
  const { http, sandboxUrl, publicSandboxUrl = sandboxUrl, nowMs } = outside;
  return { http, hosts: hostsFor(manifest, mode, sandboxUrl), publicHosts: hostsFor(manifest, mode, publicSandboxUrl), isSandbox: mode === 'test', nowMs };
}

/**
 * The context for a server that a user or an account named (an instance of Mastodon, a site of Ghost, a PDS): base URLs by the manifest's
 * host names, without a trailing slash. In the sandbox nothing changes.
 */
export function atHosts(context: CallContext, hosts: Hosts): CallContext {
  if (context.isSandbox) return context;
  return { ...context, hosts: { ...context.hosts, ...hosts }, publicHosts: { ...context.publicHosts, ...hosts } };
}

/** The context for an account: the hosts that the manifest lets accounts bring come from what was stored with its grant. */
export function atOwnHosts(context: CallContext, manifest: Manifest, extra: Readonly<Record<string, string>>): CallContext {
  const own = (manifest.ownHosts ?? []).flatMap((name) => (extra[name] === undefined ? [] : [[name, extra[name]]]));
  return own.length === 0 ? context : atHosts(context, Object.fromEntries(own));
}
