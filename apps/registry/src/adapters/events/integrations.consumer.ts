import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { integrationConnected, integrationDisconnected } from '@plaza/contracts';
import { Handles, type EventContext, type EventOf, type Sql } from '@plaza/messaging';

type Connected = EventOf<typeof integrationConnected>;
type Disconnected = EventOf<typeof integrationDisconnected>;

/** Keeps which accounts are connected through which app; what is older than what is held is dropped. */
@Controller()
export class IntegrationsConsumer {
  @Handles(integrationConnected)
  async connected(@Payload() event: Connected, @Ctx() context: EventContext): Promise<void> {
    await keep(context.sql, event, event.data.appId, true);
  }

  @Handles(integrationDisconnected)
  async disconnected(@Payload() event: Disconnected, @Ctx() context: EventContext): Promise<void> {
    await keep(context.sql, event, event.data.appId, false);
  }
}

async function keep(sql: Sql, event: Connected | Disconnected, appId: string | null, isConnected: boolean): Promise<void> {
  await sql.query(
    `insert into app_integrations (project_id, integration_id, app_id, is_connected, sequence) values ($1, $2, $3, $4, $5)
     on conflict (integration_id) do update
       set app_id = excluded.app_id, is_connected = excluded.is_connected, sequence = excluded.sequence
       where app_integrations.sequence < excluded.sequence`,
    [event.projectId, event.key, appId, isConnected, event.sequence],
  );
}
