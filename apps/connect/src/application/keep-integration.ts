import { newId, type Tx, type UnitOfWork } from '@plaza/chassis';
import type { Connector, PlatformProfile, TokenGrant } from '@plaza/connectors';
import type { AuthMethod, Mode } from '@plaza/contracts';
import type { Eventing } from '@plaza/messaging';
import { applyGrant, applyProfile, type AppLabel, type Integration } from '../domain/integration.ts';
import type { Grants } from './grants.ts';
import { connectedEvent } from './integration-events.ts';
import type { IntegrationRepository } from './ports.ts';

export interface KeepIntegrationInput {
  readonly projectId: string;
  readonly mode: Mode;
  readonly connector: Connector;
  readonly method: AuthMethod;
  /** Asked for; what the platform granted counts where it says so. */
  readonly scopes: readonly string[];
  readonly profileId: string | null;
  readonly app: AppLabel | null;
  readonly redirectUri: string | null;
  readonly grant: TokenGrant;
  readonly profile: PlatformProfile;
  readonly instance: string | null;
  readonly login: string | null;
}

/** Keeps a fresh grant: as a new integration, or, when the account is connected in the profile already, in the one that is there. */
export class KeepIntegration {
  constructor(
    private readonly work: UnitOfWork,
    private readonly integrations: IntegrationRepository,
    private readonly grants: Grants,
    private readonly eventing: Eventing,
    private readonly now: () => Date,
  ) {}

  async execute(input: KeepIntegrationInput): Promise<Integration> {
    return this.work.tenant(input.projectId, (tx) => this.within(tx, input));
  }

  /** The same in the caller's transaction. */
  async within(tx: Tx, input: KeepIntegrationInput): Promise<Integration> {
    const before = await this.#before(tx, input);
    const { connector, method, grant, profile, app, redirectUri, instance, login, scopes } = input;
    // A platform that names no scopes granted those that were asked for (RFC 6749 section 5.1). Nothing else is left of the grant
    // before: what it said of its refresh token would not be true of the new one.
    const base: Integration = { ...(before ?? this.#blank(input)), method, app, redirectUri, instance, login, scopes, refreshExpiresAt: null };
    const integration = applyProfile(applyGrant(base, grant, connector.manifest, this.now()), profile);
    await this.integrations.save(tx, integration, await this.grants.seal(tx, integration, grant));
    await this.eventing.append(tx, [connectedEvent(integration, before)]);
    return integration;
  }

  async #before(tx: Tx, input: KeepIntegrationInput): Promise<Integration | undefined> {
    const { mode, profileId, connector, profile } = input;
    const account = { platform: connector.platform, mode, profileId, platformUserId: profile.platformUserId };
    // Two consents for one account at once must not both find nothing: the second waits here for the first's commit.
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [JSON.stringify([input.projectId, account])]);
    return this.integrations.findAccount(tx, account);
  }

  #blank({ projectId, mode, method, connector, profileId, profile, scopes }: KeepIntegrationInput): Integration {
    const at = this.now();
    return {
      ...profile,
      id: newId(),
      projectId,
      platform: connector.platform,
      mode,
      method,
      instance: null,
      login: null,
      profileId,
      app: null,
      redirectUri: null,
      scopes,
      grantRevision: 0,
      grantedAt: at,
      accessExpiresAt: null,
      refreshExpiresAt: null,
      refreshDueAt: null,
      authStatus: 'active',
      authFailureReason: null,
      authFailureMessage: null,
      sequence: 0,
      createdAt: at,
      updatedAt: at,
      disconnectedAt: null,
    };
  }
}
