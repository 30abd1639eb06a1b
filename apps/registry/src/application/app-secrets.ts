import type { Tx } from '@plaza/chassis';
import { recordUse, type Secret, type Vault } from '@plaza/vault';
import type { OAuthApp } from '../domain/oauth-app.ts';
import type { AppRepository } from './ports.ts';

/** Client secrets in the vault: sealed for their app and revision, opened only with a record of who and why. */
export class AppSecrets {
  readonly #vault: Vault;
  readonly #apps: AppRepository;
  readonly #now: () => Date;

  constructor(vault: Vault, apps: AppRepository, now: () => Date) {
    this.#vault = vault;
    this.#apps = apps;
    this.#now = now;
  }

  async seal(tx: Tx, app: OAuthApp, secret: Secret): Promise<Buffer> {
    return this.#vault.seal(tx, address(app), secret);
  }

  /** The app's secret; the record of its use commits with the transaction, and the caller hands the secret out only after that. */
  async open(tx: Tx, app: OAuthApp, use: { readonly actor: string; readonly purpose: string }): Promise<Secret> {
    await recordUse(tx, { projectId: app.projectId, ...use, subject: `oauth_apps/${app.id}/client_secret`, at: this.#now() });
    const sealed = await this.#apps.sealedSecret(tx, app.id);
    if (sealed === undefined) throw new Error('The app vanished within its transaction.');
    return this.#vault.open(tx, address(app), sealed);
  }
}

function address(app: OAuthApp) {
  return { projectId: app.projectId, table: 'oauth_apps', row: app.id, field: 'client_secret', revision: app.secretRevision };
}
