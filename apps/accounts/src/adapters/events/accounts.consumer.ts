import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  integrationChanged,
  integrationConnected,
  integrationDisconnected,
  integrationMoved,
  integrationReconnectRequired,
  integrationRefreshed,
  publicationFinished,
  usualMethod,
} from '@plaza/contracts';
import { Handles, HandlesTogether, type EventContext, type EventOf } from '@plaza/messaging';
import { disconnectRow, keepExpiry, keepRow, keepSequence, keepUses } from '../postgres/account-rows.ts';

/** Builds the read model from what connect and publishing tell. */
@Controller()
export class AccountsConsumer {
  @Handles(integrationConnected)
  async connected(@Payload() event: EventOf<typeof integrationConnected>, @Ctx() context: EventContext): Promise<void> {
    const { integrationId, platform, mode, method = usualMethod(platform), connectedAt, expiresAt } = event.data;
    const { projectId, sequence } = event;
    await keepRow(context.sql, { projectId, accountId: integrationId, platform, mode, method, connectedAt, expiresAt, isConnected: true, sequence });
  }

  @Handles(integrationRefreshed)
  async refreshed(@Payload() event: EventOf<typeof integrationRefreshed>, @Ctx() context: EventContext): Promise<void> {
    await keepExpiry(context.sql, event.key, event.data.expiresAt, event.sequence);
  }

  @Handles(integrationReconnectRequired)
  async reconnectRequired(@Payload() event: EventOf<typeof integrationReconnectRequired>, @Ctx() context: EventContext): Promise<void> {
    await keepSequence(context.sql, event.key, event.sequence);
  }

  @Handles(integrationChanged)
  async changed(@Payload() event: EventOf<typeof integrationChanged>, @Ctx() context: EventContext): Promise<void> {
    await keepSequence(context.sql, event.key, event.sequence);
  }

  @Handles(integrationMoved)
  async moved(@Payload() event: EventOf<typeof integrationMoved>, @Ctx() context: EventContext): Promise<void> {
    await keepSequence(context.sql, event.key, event.sequence);
  }

  @Handles(integrationDisconnected)
  async disconnected(@Payload() event: EventOf<typeof integrationDisconnected>, @Ctx() context: EventContext): Promise<void> {
    await disconnectRow(context.sql, event.key, event.sequence);
  }

  @HandlesTogether(publicationFinished)
  async finished(@Payload() finished: readonly EventOf<typeof publicationFinished>[], @Ctx() context: EventContext): Promise<void> {
    const published = finished.filter(({ data }) => data.state === 'published');
    await keepUses(context.sql, published.map(({ projectId, data }) => ({ projectId, accountId: data.accountId, at: data.finishedAt })));
  }
}
