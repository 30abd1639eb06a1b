import 'reflect-metadata';
import { runApart } from '@plaza/chassis';
import { onKafka } from '@plaza/messaging/kafka';
import { sandboxMount } from './adapters/http/local-only.ts';
import { keyCommands } from './cli/keys.ts';
import { projectCommands } from './cli/projects.ts';
import { createGateway } from './gateway.module.ts';

await runApart({
  name: 'gateway',
  create: (context) =>
    onKafka(context, 'gateway', async (transport) => {
      const { network, settings } = context;
      const mounts = settings.PLAZA_SANDBOX_URL.length === 0 ? {} : { '/sandbox': sandboxMount((...exchange) => network.forward({ service: 'sandbox' }, ...exchange)) };
      return createGateway({ ...context, transport, forward: (...call) => network.forward(...call), mounts });
    }),
  listener: ({ edge }) => edge,
  commands: (open) => [keyCommands(open), projectCommands(open)],
});
