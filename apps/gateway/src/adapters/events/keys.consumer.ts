import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { keyRevoked } from '@plaza/contracts';
import { Handles, type EventOf } from '@plaza/messaging';
import { KeyCache } from '../../application/key-cache.ts';

/** Drops revoked keys from this replica's cache at once. */
@Controller()
export class KeysConsumer {
  constructor(@Inject(KeyCache) private readonly cache: KeyCache) {}

  @Handles(keyRevoked)
  revoked(@Payload() event: EventOf<typeof keyRevoked>): void {
    this.cache.drop(event.data.keyId);
  }
}
