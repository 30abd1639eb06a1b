import 'reflect-metadata';
import { runApart } from '@plaza/chassis';
import { onKafka } from '@plaza/messaging/kafka';
import { createAccounts } from './accounts.module.ts';

await runApart({ name: 'accounts', create: (context) => onKafka(context, 'accounts', (transport) => createAccounts({ ...context, transport })) });
