import { createHmac } from 'node:crypto';
import type { Settings } from '@plaza/chassis';
import type { Mode, Platform } from '@plaza/contracts';
import { Secret } from '@plaza/vault';
import type { ManagedApp, ManagedApps } from '../application/ports.ts';

/** The operator's apps from the configuration; for the sandbox every platform has one of its own. */
export class ConfiguredManagedApps implements ManagedApps {
  readonly #live: NonNullable<Settings['PLAZA_MANAGED_APPS']>;
  readonly #sandbox: ManagedApp;

  constructor(settings: Settings, internalKey: string) {
    this.#live = settings.PLAZA_MANAGED_APPS ?? {};
    const secret = createHmac('sha256', internalKey).update('sandbox app secret').digest('hex');
    this.#sandbox = { name: 'Plaza sandbox', clientId: 'plaza-sandbox', clientSecret: new Secret(secret) };
  }

  find(platform: Platform, mode: Mode): ManagedApp | undefined {
    if (mode === 'test') return this.#sandbox;
    const app = this.#live[platform];
    return app === undefined ? undefined : { name: app.name ?? 'Plaza', clientId: app.clientId, clientSecret: new Secret(app.clientSecret) };
  }
}
