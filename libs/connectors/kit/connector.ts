import type { AuthMethod, Platform } from '@plaza/contracts';
import type { Analytics } from './analytics.ts';
import type { AccountReader, CredentialConnect, OAuthConnect } from './connect.ts';
import type { Manifest } from './manifest.ts';
import type { Publisher } from './publisher.ts';
import type { Readings } from './reading.ts';

/** All that Plaza knows of a platform. What a platform cannot do is absent, not a method that throws; the manifest says why. */
export interface Connector {
  readonly platform: Platform;
  readonly manifest: Manifest;
  readonly oauth?: OAuthConnect;
  readonly credentials?: CredentialConnect;
  /** Absent where no fact of the account that posts are checked against can change. */
  readonly accountReader?: AccountReader;
  /** Absent where the platform has no way to publish anything. */
  readonly publish?: Publisher;
  readonly analytics?: Analytics;
  /** By the name of what is asked for. */
  readonly readings?: Readings;
}

/** How accounts that were connected this way renew and end their grant. */
export function connectOf(connector: Connector, method: AuthMethod): OAuthConnect | CredentialConnect | undefined {
  return method === 'oauth' ? connector.oauth : connector.credentials;
}

/** Declares a connector; the catalogue collects them. What it can do and what its manifest says of that must agree. */
export function defineConnector<C extends Connector>(connector: C): C {
  const { platform, manifest, oauth, credentials, accountReader, publish, analytics } = connector;
  const features = {
    analytics: analytics !== undefined,
    delete: publish?.remove !== undefined,
    lookup: publish?.lookup !== undefined,
    refresh: (oauth ?? credentials)?.refresher !== undefined,
    revoke: oauth?.revoke !== undefined || credentials?.revoke !== undefined,
  } as const;
  const units = (manifest.budgets ?? []).map(({ unit }) => unit);
  const problems = [
    ...(new Set(units).size === units.length ? [] : ['two budgets have one unit']),
    ...(platform === manifest.platform ? [] : [`its manifest is of ${manifest.platform}`]),
    ...(manifest.limitsOf === undefined || accountReader !== undefined ? [] : ['its limits differ by account, and no accountReader follows them']),
    ...((oauth === undefined) === (manifest.auth.oauth === undefined) ? [] : ['oauth stands on one side only']),
    ...((credentials === undefined) === (manifest.auth.credentials === undefined) ? [] : ['credentials stand on one side only']),
    ...Object.entries(features).flatMap(([name, has]) =>
      has === (manifest.features[name as keyof typeof features] === true) ? [] : [`the manifest is wrong about ${name}`],
    ),
  ];
  if (problems.length > 0) throw new Error(`${platform}: ${problems.join(', ')}`);
  return connector;
}
