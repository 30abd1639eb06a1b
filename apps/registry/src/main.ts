import 'reflect-metadata';
import { runApart } from '@plaza/chassis';
import { onKafka } from '@plaza/messaging/kafka';
import { keyringOf } from '@plaza/vault';
import { createRegistry } from './registry.module.ts';

await runApart({
  name: 'registry',
  create: (context) => onKafka(context, 'registry', (transport) => createRegistry({ ...context, transport, keys: keyringOf(context.settings.PLAZA_KEYRING) })),
});
