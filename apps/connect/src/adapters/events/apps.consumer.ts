import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { appDeleted } from '@plaza/contracts';
import { Handles, type EventContext, type EventOf } from '@plaza/messaging';
import { forgetApp } from '../../application/forget-app.ts';

@Controller()
export class AppsConsumer {
  @Handles(appDeleted)
  async deleted(@Payload() event: EventOf<typeof appDeleted>, @Ctx() context: EventContext): Promise<void> {
    await forgetApp(context.sql, event.data.appId);
  }
}
