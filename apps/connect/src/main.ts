import 'reflect-metadata';
import { runApart } from '@plaza/chassis';
import { onKafka } from '@plaza/messaging/kafka';
import { keyringOf } from '@plaza/vault';
import { createConnect } from './connect.module.ts';

await runApart({
  name: 'connect',
  create: (context) => onKafka(context, 'connect', (transport) => createConnect({ ...context, transport, keys: keyringOf(context.settings.PLAZA_KEYRING) })),
});
