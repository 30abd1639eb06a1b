import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { integrationChanged, integrationConnected, integrationDisconnected, integrationMoved, integrationReconnectRequired, integrationRefreshed } from '@plaza/contracts';
import { Handles, type EventContext, type EventOf } from '@plaza/messaging';
import { changeAccount, keepAccount } from '../postgres/account.repository.ts';

/** Keeps what publishing knows of the accounts. */
@Controller()
export class AccountsConsumer {
  @Handles(integrationConnected)
  async connected(@Payload() event: EventOf<typeof integrationConnected>, @Ctx() context: EventContext): Promise<void> {
    const { integrationId, platform, mode, profileId, appId, platformUserId, username, facts = null } = event.data;
    await keepAccount(context.sql, event.projectId, {
      ...{ accountId: integrationId, platform, mode, profileId, appId, platformUserId, username, facts },
      state: 'active',
      sequence: event.sequence,
    });
  }

  @Handles(integrationRefreshed)
  async refreshed(@Payload() event: EventOf<typeof integrationRefreshed>, @Ctx() context: EventContext): Promise<void> {
    await changeAccount(context.sql, event.key, event.sequence, { state: 'active' });
  }

  @Handles(integrationChanged)
  async changed(@Payload() event: EventOf<typeof integrationChanged>, @Ctx() context: EventContext): Promise<void> {
    const { username, facts } = event.data;
    await changeAccount(context.sql, event.key, event.sequence, { username, facts });
  }

  @Handles(integrationReconnectRequired)
  async reconnectRequired(@Payload() event: EventOf<typeof integrationReconnectRequired>, @Ctx() context: EventContext): Promise<void> {
    await changeAccount(context.sql, event.key, event.sequence, { state: 'reconnect_required' });
  }

  @Handles(integrationDisconnected)
  async disconnected(@Payload() event: EventOf<typeof integrationDisconnected>, @Ctx() context: EventContext): Promise<void> {
    await changeAccount(context.sql, event.key, event.sequence, { state: 'disconnected' });
  }

  @Handles(integrationMoved)
  async moved(@Payload() event: EventOf<typeof integrationMoved>, @Ctx() context: EventContext): Promise<void> {
    await changeAccount(context.sql, event.key, event.sequence, { profileId: event.data.profileId });
  }
}
