import { isId, type UnitOfWork } from '@plaza/chassis';
import { fail, failure, MANAGED_APP, ok, type Failure, type Mode, type Platform, type Result } from '@plaza/contracts';
import { recordUse, type Secret } from '@plaza/vault';
import type { AppSecrets } from './app-secrets.ts';
import type { InstanceApps } from './instance-apps.ts';
import type { AppRepository, ManagedApps } from './ports.ts';

export interface AppReference {
  readonly projectId: string;
  readonly appId: string;
  readonly platform: Platform;
  readonly mode: Mode;
  /** Base URL of the server, where each is an authorization server of its own. */
  readonly instance: string | null;
}

/** What connecting through an app needs of it. */
export interface ResolvedApp {
  readonly app: { readonly id: string; readonly name: string; readonly imageUrl: string | null } | null;
  readonly clientId: string;
}

/** Gives other services the app to connect through, and its secret for one recorded purpose. */
export class UseApp {
  constructor(
    private readonly work: UnitOfWork,
    private readonly apps: AppRepository,
    private readonly secrets: AppSecrets,
    private readonly managed: ManagedApps,
    private readonly instances: InstanceApps,
    private readonly now: () => Date,
  ) {}

  async resolve(reference: AppReference): Promise<Result<ResolvedApp, Failure>> {
    if (isAtInstance(reference)) {
      const app = await this.instances.find(reference);
      return app === undefined ? fail(failure('app.instance_unknown')) : ok({ app: null, clientId: app.clientId });
    }
    if (reference.appId === MANAGED_APP) {
      const managed = this.managed.find(reference.platform, reference.mode);
      return managed === undefined ? fail(failure('app.managed_missing')) : ok({ app: null, clientId: managed.clientId });
    }
    if (!isId(reference.appId)) return fail(failure('app.not_found'));
    const app = await this.work.tenant(reference.projectId, (tx) => this.apps.find(tx, reference.appId));
    if (app === undefined) return fail(failure('app.not_found'));
    if (app.platform !== reference.platform) return fail(failure('app.platform_mismatch'));
    return ok({ app: { id: app.id, name: app.name, imageUrl: app.imageUrl }, clientId: app.clientId });
  }

  async credentials(
    reference: AppReference,
    use: { readonly actor: string; readonly purpose: string },
  ): Promise<Result<{ readonly clientId: string; readonly clientSecret: Secret }, Failure>> {
    if (isAtInstance(reference)) {
      const credentials = await this.instances.credentials(reference, use);
      return credentials === undefined ? fail(failure('app.instance_unknown')) : ok(credentials);
    }
    if (reference.appId === MANAGED_APP) return this.#managedCredentials(reference, use);
    if (!isId(reference.appId)) return fail(failure('app.not_found'));
    return this.work.tenant(reference.projectId, async (tx) => {
      const app = await this.apps.find(tx, reference.appId);
      if (app === undefined) return fail(failure('app.not_found'));
      return ok({ clientId: app.clientId, clientSecret: await this.secrets.open(tx, app, use) });
    });
  }

  async #managedCredentials(reference: AppReference, use: { readonly actor: string; readonly purpose: string }) {
    const managed = this.managed.find(reference.platform, reference.mode);
    if (managed === undefined) return fail(failure('app.managed_missing'));
    const subject = `managed/${reference.mode}/${reference.platform}/client_secret`;
    await this.work.tenant(reference.projectId, (tx) => recordUse(tx, { projectId: reference.projectId, ...use, subject, at: this.now() }));
    return ok({ clientId: managed.clientId, clientSecret: managed.clientSecret });
  }
}

/** Without an own app, the one that Plaza registered at the server. */
function isAtInstance(reference: AppReference): reference is AppReference & { readonly instance: string } {
  return reference.appId === MANAGED_APP && reference.instance !== null;
}
