import { Bench, type MakeTransport } from './messaging-conformance/bench.ts';
import { describeDelivery } from './messaging-conformance/delivery.ts';
import { describeFailures } from './messaging-conformance/failures.ts';
import { describeOutages } from './messaging-conformance/outages.ts';
import { describeRelays } from './messaging-conformance/relays.ts';
import { describeStrangeMessages } from './messaging-conformance/strange-messages.ts';

export type { MakeTransport } from './messaging-conformance/bench.ts';
export type { TestTransport } from './messaging-conformance/replica.ts';

/**
 * The guarantees of the event system, from the outbox row to the committed effect, as tests that every transport has to pass. Call it
 * in a spec file: `await describeTransport('the Kafka transport', makeTransport)`.
 */
export async function describeTransport(name: string, makeTransport: MakeTransport): Promise<void> {
  const bench = await Bench.open(makeTransport);
  describe(name, () => {
    afterEach(() => bench.clear());
    describeDelivery(bench);
    describeFailures(bench);
    describeStrangeMessages(bench);
    describeOutages(bench);
    describeRelays(bench);
  });
  afterAll(() => bench.database.drop());
}
