import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { publicationDue } from '@plaza/contracts';
import { Handles, type EventOf } from '@plaza/messaging';
import type { DueAccount } from '../../application/ports.ts';

export const DUE_NOTICE = Symbol('DueNotice');

/** Told that an account has due work; the claim is made elsewhere and later. */
export type DueNotice = (account: DueAccount) => void;

@Controller()
export class DueConsumer {
  constructor(@Inject(DUE_NOTICE) private readonly notice: DueNotice) {}

  @Handles(publicationDue)
  due(@Payload() event: EventOf<typeof publicationDue>): void {
    this.notice(event.data);
  }
}
