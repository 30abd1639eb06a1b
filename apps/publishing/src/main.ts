import 'reflect-metadata';
import { runApart } from '@plaza/chassis';
import { onKafka } from '@plaza/messaging/kafka';
import { createPublishing } from './publishing.module.ts';

await runApart({ name: 'publishing', create: (context) => onKafka(context, 'publishing', (transport) => createPublishing({ ...context, transport })) });
