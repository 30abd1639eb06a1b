import { newId, type Tx, type UnitOfWork } from '@plaza/chassis';
import type { Mode, Platform } from '@plaza/contracts';
import { recordUse, type Secret, type Vault } from '@plaza/vault';
import type { InstanceApp, InstanceAppRepository } from './ports.ts';

/** A server of a platform, as a project meets it. */
export interface Instance {
  readonly projectId: string;
  readonly platform: Platform;
  readonly mode: Mode;
  /** Base URL. */
  readonly instance: string;
}

/** The apps that Plaza registered at servers which are authorization servers of their own. */
export class InstanceApps {
  constructor(
    private readonly work: UnitOfWork,
    private readonly rows: InstanceAppRepository,
    private readonly vault: Vault,
    private readonly now: () => Date,
  ) {}

  async find(at: Instance): Promise<InstanceApp | undefined> {
    return this.work.tenant(at.projectId, (tx) => this.rows.find(tx, at));
  }

  /** Keeps the app unless there is one; gives the one that is there afterwards. */
  async keep(at: Instance, clientId: string, clientSecret: Secret): Promise<InstanceApp> {
    return this.work.tenant(at.projectId, async (tx) => {
      const id = newId();
      const app = { ...at, id, clientId };
      const sealedSecret = await this.vault.seal(tx, address(app), clientSecret);
      return this.rows.add(tx, app, sealedSecret, this.now());
    });
  }

  async forget(at: Instance, clientId: string): Promise<void> {
    await this.work.tenant(at.projectId, (tx) => this.rows.remove(tx, at, clientId));
  }

  /** Id and secret, for one recorded purpose. */
  async credentials(at: Instance, use: { readonly actor: string; readonly purpose: string }): Promise<{ readonly clientId: string; readonly clientSecret: Secret } | undefined> {
    return this.work.tenant(at.projectId, async (tx: Tx) => {
      const app = await this.rows.find(tx, at);
      if (app === undefined) return undefined;
      await recordUse(tx, { projectId: app.projectId, ...use, subject: `instance_apps/${app.id}/client_secret`, at: this.now() });
      return { clientId: app.clientId, clientSecret: await this.vault.open(tx, address(app), app.sealedSecret) };
    });
  }
}

function address({ projectId, id }: Pick<InstanceApp, 'projectId' | 'id'>) {
  return { projectId, table: 'instance_apps', row: id, field: 'client_secret', revision: 1 };
}
