import { describeTransport } from '@plaza/testing';
import { InProcessTransport } from './in-process-transport.ts';

await describeTransport('the in-process transport', async () => new InProcessTransport());
