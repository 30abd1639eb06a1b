import type { Mode } from '@plaza/contracts';
import type { CallContext } from './connector.ts';
import type { Http } from './http.ts';
import type { Manifest } from './manifest.ts';

/** The platform's hosts for a mode: the real ones, or those of the sandbox at `sandboxUrl` (no trailing slash). */
export function hostsFor(manifest: Manifest, mode: Mode, sandboxUrl: string): Readonly<Record<string, string>> {
  if (mode === 'live') return manifest.hosts;
  return Object.fromEntries(Object.keys(manifest.hosts).map((name) => [name, `${sandboxUrl}/${manifest.platform}/${name}`]));
}

/** What a connector's calls run in. */
export function callContext(manifest: Manifest, mode: Mode, outside: { readonly http: Http; readonly sandboxUrl: string; readonly publicSandboxUrl?: string; readonly nowMs: number }): CallContext {
  const { http, sandboxUrl, publicSandboxUrl = sandboxUrl, nowMs } = outside;
  return { http, hosts: hostsFor(manifest, mode, sandboxUrl), publicHosts: hostsFor(manifest, mode, publicSandboxUrl), nowMs };
}
