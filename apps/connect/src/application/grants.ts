import type { Tx } from '@plaza/chassis';
import type { AccountCredential, OfferedAccount, TokenGrant } from '@plaza/connectors';
import { recordUses, Secret, type Vault } from '@plaza/vault';
import type { Integration } from '../domain/integration.ts';

/** What is sealed of a grant. */
interface StoredGrant {
  readonly accessToken: string;
  readonly refreshToken?: string;
  readonly extra: Readonly<Record<string, string>>;
}

/** An account that may be connected, with the tokens that would be its. */
export interface OfferedGrant extends Pick<OfferedAccount, 'type' | 'profile'> {
  readonly grant: TokenGrant;
}

/** Why a grant is opened, for the access record. */
export interface GrantUse {
  readonly actor: string;
  readonly purpose: string;
}

/** Tokens in the vault: sealed for their integration and revision, opened only with a record of who and why. */
export class Grants {
  readonly #vault: Vault;
  readonly #now: () => Date;

  constructor(vault: Vault, now: () => Date) {
    this.#vault = vault;
    this.#now = now;
  }

  /** Seals a grant for the integration as it will be. Without a new refresh token, or extras, the ones before stay in force. */
  async seal(tx: Tx, integration: Integration, grant: TokenGrant, before?: AccountCredential): Promise<Buffer> {
    const refreshToken = grant.refreshToken ?? before?.refreshToken?.reveal();
    const stored: StoredGrant = {
      accessToken: grant.accessToken,
      ...(refreshToken === undefined ? {} : { refreshToken }),
      extra: { ...before?.extra, ...grant.extra },
    };
    return this.#vault.seal(tx, address(integration, 'grant_sealed'), new Secret(JSON.stringify(stored)));
  }

  async open(tx: Tx, integration: Integration, sealed: Buffer, use: GrantUse): Promise<AccountCredential> {
    const [credential] = await this.openAll(tx, integration.projectId, [{ integration, sealed, use }]);
    if (credential === undefined) throw new Error('Each grant gives a credential.');
    return credential;
  }

  /** Opens several grants of a project, each with a record of its own. */
  async openAll(tx: Tx, projectId: string, grants: readonly { readonly integration: Integration; readonly sealed: Buffer; readonly use: GrantUse }[]): Promise<AccountCredential[]> {
    const at = this.#now();
    await recordUses(tx, projectId, grants.map(({ integration, use }) => ({ ...use, subject: `integrations/${integration.id}/grant`, at })));
    return Promise.all(grants.map(({ integration, sealed }) => this.#reveal(tx, integration, sealed)));
  }

  async #reveal(tx: Tx, integration: Integration, sealed: Buffer): Promise<AccountCredential> {
    const secret = await this.#vault.open(tx, address(integration, 'grant_sealed'), sealed);
    const stored = JSON.parse(secret.reveal()) as StoredGrant;
    return {
      accessToken: new Secret(stored.accessToken),
      ...(stored.refreshToken === undefined ? {} : { refreshToken: new Secret(stored.refreshToken) }),
      extra: stored.extra,
    };
  }

  /** Seals the raw answer of a token endpoint before anything reads it. */
  async sealAnswer(tx: Tx, integration: Integration, answer: string): Promise<Buffer> {
    return this.#vault.seal(tx, address(integration, 'refresh_answer'), new Secret(answer));
  }

  async openAnswer(tx: Tx, integration: Integration, sealed: Buffer): Promise<string> {
    return (await this.#vault.open(tx, address(integration, 'refresh_answer'), sealed)).reveal();
  }

  /** Seals what a consent offers, tokens and all, until the user has chosen. */
  async sealOffer(tx: Tx, projectId: string, selectionId: string, accounts: readonly OfferedGrant[]): Promise<Buffer> {
    return this.#vault.seal(tx, offerAddress(projectId, selectionId), new Secret(JSON.stringify(accounts)));
  }

  async openOffer(tx: Tx, projectId: string, selectionId: string, sealed: Buffer): Promise<OfferedGrant[]> {
    return JSON.parse((await this.#vault.open(tx, offerAddress(projectId, selectionId), sealed)).reveal()) as OfferedGrant[];
  }

  async sealVerifier(tx: Tx, projectId: string, sessionId: string, verifier: string): Promise<Buffer> {
    return this.#vault.seal(tx, verifierAddress(projectId, sessionId), new Secret(verifier));
  }

  async openVerifier(tx: Tx, projectId: string, sessionId: string, sealed: Buffer): Promise<string> {
    return (await this.#vault.open(tx, verifierAddress(projectId, sessionId), sealed)).reveal();
  }
}

function address(integration: Integration, field: string) {
  return { projectId: integration.projectId, table: 'integrations', row: integration.id, field, revision: integration.grantRevision };
}

function offerAddress(projectId: string, selectionId: string) {
  return { projectId, table: 'connect_selections', row: selectionId, field: 'accounts', revision: 1 };
}

function verifierAddress(projectId: string, sessionId: string) {
  return { projectId, table: 'connect_sessions', row: sessionId, field: 'code_verifier', revision: 1 };
}
