import { connectors, plainCost, type Connector, type Limits, type Manifest, type OAuthFacts } from '@plaza/connectors';
import { FEATURES, usualMethod, type Mode, type PlatformInfo } from '@plaza/contracts';
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
    const { auth, limits, budgets = [] } = manifest;
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
      features: describeFeatures(manifest),
      budgets: budgets.map((budget) => ({ unit: budget.unit, of: budget.of, max: budget.max, window: budget.window, costOfPost: plainCost(budget) })),
      limits: describeLimits(limits),
    };
  }
}

function describeFeatures({ features, notes = {} }: Manifest): PlatformInfo['features'] {
  const described = FEATURES.map((name) => {
    const [has, note] = [features[name], notes[name]];
    return [name, has === true ? { supported: true, ...(note === undefined ? {} : { note }) } : { supported: false, reason: has }];
  });
  return Object.fromEntries(described) as PlatformInfo['features'];
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
