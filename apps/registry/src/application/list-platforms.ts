import { connectors, plainCost, type Connector, type Limits, type OAuthFacts } from '@plaza/connectors';
import { usualMethod, type Mode, type PlatformInfo } from '@plaza/contracts';
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

  #describe({ platform, manifest, oauth }: Connector, mode: Mode): PlatformInfo {
    const { auth, limits, features, budgets = [] } = manifest;
    const callbackUrl = auth.oauth === undefined ? null : `${this.publicUrl}/v1/connect/${platform}/callback`;
    const scopes = auth.oauth === undefined ? [] : [...new Set(Object.values(auth.oauth.scopes).flat())];
    const fill = (step: string): string => step.replaceAll('{callbackUrl}', callbackUrl ?? '').replaceAll('{scopes}', scopes.map((scope) => `\`${scope}\``).join(', '));
    return {
      ...{ name: platform, displayName: manifest.displayName, status: manifest.status, auth: usualMethod(platform), callbackUrl, scopes },
      capabilities: copyScopes(auth.oauth?.scopes),
      logins: Object.fromEntries(Object.entries(auth.oauth?.logins ?? {}).map(([name, login]) => [name, { displayName: login.displayName, capabilities: copyScopes(login.scopes) }])),
      takesInstance: oauth?.instances !== undefined,
      setup: (auth.oauth?.setup ?? []).map(fill),
      canVerifyApp: auth.oauth?.canVerifyApp === true,
      managedApp: this.managed.find(platform, mode) !== undefined,
      credentialFields: { ...auth.credentials?.fieldHelp },
      duplicateProtection: manifest.protection.class,
      features: Object.fromEntries(Object.entries(features).map(([name, has]) => [name, has === true ? { supported: true } : { supported: false, reason: has }])) as PlatformInfo['features'],
      budgets: budgets.map((budget) => ({ unit: budget.unit, of: budget.of, max: budget.max, window: budget.window, costOfPost: plainCost(budget) })),
      limits: describeLimits(limits),
    };
  }
}

function copyScopes(scopes: OAuthFacts['scopes'] | undefined): PlatformInfo['capabilities'] {
  return Object.fromEntries(Object.entries(scopes ?? {}).map(([capability, list]) => [capability, [...list]]));
}

function describeLimits(limits: Limits): PlatformInfo['limits'] {
  return {
    text: limits.text.map(({ unit, max }) => ({ unit, max })),
    textRequired: limits.textRequired,
    mediaRequired: limits.mediaRequired,
    maxMedia: limits.maxMedia,
    exclusive: [...limits.exclusive],
    media: structuredClone(limits.media) as PlatformInfo['limits']['media'],
  };
}
