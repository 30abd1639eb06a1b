import type { UnitOfWork } from '@plaza/chassis';
import type { Eventing } from '@plaza/messaging';
import { applyNews } from '../domain/integration.ts';
import type { GiveCredential } from './give-credential.ts';
import { changedEvent } from './integration-events.ts';
import type { IntegrationRepository, TokenFigures } from './ports.ts';

const USE = { actor: 'connect', purpose: 'read the account' };

/** Reads how the platform describes a connected account now, so that what it may post is known without connecting it again. */
export class ReadAccount {
  constructor(
    private readonly work: UnitOfWork,
    private readonly integrations: IntegrationRepository,
    private readonly giveCredential: GiveCredential,
    private readonly eventing: Eventing,
    private readonly now: () => Date,
    private readonly figures: TokenFigures,
  ) {}

  async execute(projectId: string, id: string): Promise<void> {
    const open = await this.giveCredential.open(projectId, id, USE);
    const reader = open?.connector.accountReader;
    if (open === undefined || reader === undefined) return;
    const { integration, credential, context } = open;
    const read = await reader.read(context, credential);
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
