import type { UnitOfWork } from '@plaza/chassis';
import type { Eventing } from '@plaza/messaging';
import { applyNews } from '../domain/integration.ts';
import type { GiveCredential } from './give-credential.ts';
import { changedEvent } from './integration-events.ts';
import type { IntegrationRepository, Platforms, TokenFigures } from './ports.ts';

const USE = { actor: 'connect', purpose: 'read the account' };

/** Reads how the platform describes a connected account now, so that what it may post is known without connecting it again. */
export class ReadAccount {
  constructor(
    private readonly work: UnitOfWork,
    private readonly integrations: IntegrationRepository,
    private readonly giveCredential: GiveCredential,
    private readonly platforms: Platforms,
    private readonly eventing: Eventing,
    private readonly now: () => Date,
    private readonly figures: TokenFigures,
  ) {}

  async execute(projectId: string, id: string): Promise<void> {
    const given = await this.giveCredential.execute(projectId, id, USE);
    if (!given.ok || given.value.kind !== 'credential') return;
    const { integration, credential } = given.value;
    const connector = this.platforms.connector(integration.platform);
    if (connector?.accountReader === undefined) return;
    const read = await connector.accountReader.read(this.platforms.callContext(connector, integration.mode, credential.extra), credential);
    if (!read.ok || read.value.platformUserId !== integration.platformUserId) return this.figures.read(integration.platform, 'unclear');
    const hasChanged = await this.work.tenant(projectId, async (tx) => {
      const fresh = await this.integrations.find(tx, id, 'for_update');
      const changed = fresh === undefined ? undefined : applyNews(fresh, read.value, this.now());
      if (changed === undefined) return false;
      await this.integrations.save(tx, changed);
      await this.eventing.append(tx, [changedEvent(changed)]);
      return true;
    });
    this.figures.read(integration.platform, hasChanged ? 'changed' : 'same');
  }
}
