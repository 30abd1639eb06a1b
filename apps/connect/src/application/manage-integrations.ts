import { isId, type Tx, type UnitOfWork } from '@plaza/chassis';
import { connectOf } from '@plaza/connectors';
import { fail, failure, integrationDisconnected, integrationMoved, ok, type Failure, type Result } from '@plaza/contracts';
import { event, type Eventing } from '@plaza/messaging';
import { appOf, type Integration } from '../domain/integration.ts';
import type { Grants } from './grants.ts';
import type { IntegrationFilter, IntegrationRepository, Platforms, ProfileRepository, Registry } from './ports.ts';

/** Reads, moves and disconnects a project's integrations. */
export class ManageIntegrations {
  constructor(
    private readonly work: UnitOfWork,
    private readonly integrations: IntegrationRepository,
    private readonly profiles: ProfileRepository,
    private readonly grants: Grants,
    private readonly registry: Registry,
    private readonly platforms: Platforms,
    private readonly eventing: Eventing,
    private readonly now: () => Date,
  ) {}

  async list(projectId: string, filter: IntegrationFilter): Promise<{ readonly total: number; readonly integrations: readonly Integration[] }> {
    if (typeof filter.profileId === 'string' && !isId(filter.profileId)) return { total: 0, integrations: [] };
    return this.work.tenant(projectId, (tx) => this.integrations.list(tx, filter));
  }

  async get(projectId: string, id: string): Promise<Result<Integration, Failure>> {
    const integration = isId(id) ? await this.work.tenant(projectId, (tx) => this.integrations.find(tx, id)) : undefined;
    return integration === undefined ? fail(failure('integration.not_found')) : ok(integration);
  }

  async move(projectId: string, id: string, profileId: string | null): Promise<Result<Integration, Failure>> {
    if (!isId(id)) return fail(failure('integration.not_found'));
    return this.work.tenant(projectId, async (tx) => {
      const integration = await this.integrations.find(tx, id, 'for_update');
      if (integration === undefined) return fail(failure('integration.not_found'));
      if (profileId !== null && !(await this.profiles.exists(tx, profileId))) return fail(failure('profile.not_found'));
      if (integration.profileId === profileId) return ok(integration);
      if ((await this.integrations.findAccount(tx, { ...integration, profileId })) !== undefined) return fail(failure('integration.account_in_profile'));
      return ok(await this.#moveTo(tx, integration, profileId));
    });
  }

  /** Disconnects; the platform is asked to end the grant too, and its silence does not keep the account connected. */
  async disconnect(projectId: string, id: string, actor: string): Promise<Result<void, Failure>> {
    const found = await this.get(projectId, id);
    if (!found.ok) return found;
    const revokedAtPlatform = await this.#revoke(found.value, actor);
    return this.work.tenant(projectId, async (tx) => {
      const integration = await this.integrations.find(tx, id, 'for_update');
      if (integration === undefined) return fail(failure('integration.not_found'));
      const at = this.now();
      const ended: Integration = { ...integration, sequence: integration.sequence + 1, refreshDueAt: null, updatedAt: at, disconnectedAt: at };
      await this.integrations.save(tx, ended, null);
      const data = { integrationId: id, platform: ended.platform, appId: ended.app?.id ?? null, revokedAtPlatform };
      await this.eventing.append(tx, [event(integrationDisconnected, { projectId, key: id, sequence: ended.sequence, data })]);
      return ok(undefined);
    });
  }

  async #moveTo(tx: Tx, integration: Integration, profileId: string | null): Promise<Integration> {
    const moved: Integration = { ...integration, profileId, sequence: integration.sequence + 1, updatedAt: this.now() };
    await this.integrations.save(tx, moved);
    const data = { integrationId: moved.id, profileId, previousProfileId: integration.profileId };
    await this.eventing.append(tx, [event(integrationMoved, { projectId: moved.projectId, key: moved.id, sequence: moved.sequence, data })]);
    return moved;
  }

  async #revoke(integration: Integration, actor: string): Promise<boolean> {
    const { projectId, platform, mode, method, id } = integration;
    const connector = this.platforms.connector(platform);
    if (connector === undefined || connectOf(connector, method)?.revoke === undefined) return false;
    const credential = await this.work.tenant(projectId, async (tx) => {
      const row = await this.integrations.grant(tx, id);
      return row?.sealed == null ? undefined : this.grants.open(tx, integration, row.sealed, { actor, purpose: 'revoke grant' });
    });
    if (credential === undefined) return false;
    const context = this.platforms.callContext(connector, mode, credential.extra);
    if (method === 'credentials') return (await connector.credentials?.revoke?.(context, { credential })) ?? false;
    const client = await this.registry.credentials(appOf(integration), `revoke grant of integration ${id}`);
    return client.ok ? ((await connector.oauth?.revoke?.(context, { client: client.value, credential })) ?? false) : false;
  }
}
