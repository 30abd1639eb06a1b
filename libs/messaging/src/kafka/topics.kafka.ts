import { randomUUID } from 'node:crypto';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { events } from '@plaza/contracts';
import type { Admin } from './broker.ts';
import { inspectCluster, typesOf, withAdmin } from './cluster.ts';
import { applyTopics, diffTopics, planTopics, topicChangeLine, type TopicSettings } from './topics.ts';

const brokers = [process.env['PLAZA_TEST_KAFKA'] ?? ''];

function cluster(): { readonly topics: TopicSettings; readonly kafka: { brokers: string[]; clientId: string; prefix: string } } {
  const prefix = `${randomUUID()}.`;
  return { topics: { prefix, partitions: 2, replication: 1, retentionHours: 72 }, kafka: { brokers, clientId: 'plaza-test', prefix } };
}

describe('the topics of a cluster', () => {
  it('are planned from the event registry, made once, and then as planned', async () => {
    const { topics, kafka } = cluster();
    const plans = planTopics(events, topics);
    expect(plans.map(({ topic }) => topic)).toEqual([...new Set(events.map(({ type }) => topics.prefix + type))].sort());
    await withAdmin(kafka, async (admin) => {
      expect((await diffTopics(admin, plans)).map(({ what, from }) => [what, from])).toEqual(plans.map(() => ['topic', null]));
      const { made, left } = await applyTopics(admin, plans);
      expect([made.length, left]).toEqual([plans.length, []]);
      expect(await diffTopics(admin, plans)).toEqual([]);
      expect(await applyTopics(admin, plans)).toEqual({ made: [], left: [] });
    });
  });

  it('are made although another operator makes some of them at the same time', async () => {
    const { topics, kafka } = cluster();
    const plans = planTopics(events, topics);
    // Looked before the other had made its one: the broker refuses that and takes the rest.
    const early = (admin: Admin): Admin => ({ ...admin, listTopics: async () => [] });
    await withAdmin(kafka, async (admin) => {
      await applyTopics(admin, plans.slice(3, 4));
      await applyTopics(early(admin), plans);
      expect(await diffTopics(admin, plans)).toEqual([]);
    });
  });

  it('are waited for until the brokers know them', async () => {
    const { topics, kafka } = cluster();
    const plans = planTopics(events, topics);
    const answers = ['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE'];
    const slowly = (admin: Admin): Admin => ({
      ...admin,
      fetchTopicMetadata: async (wanted) => {
        const type = answers.shift();
        if (type !== undefined) throw Object.assign(new Error('Not yet.'), { type });
        return admin.fetchTopicMetadata(wanted);
      },
    });
    await withAdmin(kafka, (admin) => applyTopics(slowly(admin), plans));
    expect(answers).toEqual([]);
  });

  it('show their drift, and get what can be changed', async () => {
    const { topics, kafka } = cluster();
    const [first] = planTopics(events, topics);
    if (first === undefined) throw new Error('There are events.');
    await withAdmin(kafka, async (admin) => {
      await applyTopics(admin, [first]);
      const wanted = { ...first, partitions: 3, replication: 2, config: { ...first.config, 'retention.ms': '3600000', 'cleanup.policy': 'compact' } };
      const lines = (await diffTopics(admin, [wanted])).map(topicChangeLine);
      expect(lines).toEqual([
        `~ ${first.topic}: partitions 2 -> 3`,
        `! ${first.topic}: replication 1 -> 2 (move the replicas with kafka-reassign-partitions.sh)`,
        `~ ${first.topic}: cleanup.policy delete -> compact`,
        `~ ${first.topic}: retention.ms 259200000 -> 3600000`,
      ]);
      const { left } = await applyTopics(admin, [wanted]);
      expect(left.map(({ what }) => what)).toEqual(['replication']);
      expect((await diffTopics(admin, [wanted])).map(({ what }) => what)).toEqual(['replication']);
      expect((await diffTopics(admin, [{ ...wanted, partitions: 1, replication: 1 }])).map(topicChangeLine)).toEqual([expect.stringMatching(/^! .*never takes partitions away/)]);
    });
  });
});

describe('a start', () => {
  it('finds a cluster ready once it has the topics of the service, and before names those that are missing', async () => {
    const { topics, kafka } = cluster();
    const types = typesOf(events, 'gateway');
    expect(types).toEqual(['key.revoked']);
    expect(await inspectCluster(kafka, types)).toEqual({ kind: 'problem', sentence: `Kafka at ${brokers[0]} lacks the topics ${topics.prefix}key.revoked: make them with "topics apply".` });
    await withAdmin(kafka, (admin) => applyTopics(admin, planTopics(events, topics)));
    expect(await inspectCluster(kafka, types)).toEqual({ kind: 'ready' });
  });

  it('tells a broker that is away from one of the wrong version', async () => {
    const old = await ancientBroker();
    const { port } = old.address() as AddressInfo;
    const settings = { brokers: [`127.0.0.1:${port}`], clientId: 'plaza-test' };
    expect(await inspectCluster(settings, [])).toEqual({ kind: 'problem', sentence: expect.stringContaining('does not speak the protocol that Plaza needs') });
    await new Promise((closed) => old.close(closed));
    expect(await inspectCluster(settings, [])).toEqual({ kind: 'away', reason: expect.stringContaining('ECONNREFUSED') });
  });
});

/** Answers every request as a broker that knows one API: ApiVersions itself, and so cannot tell of its topics. */
async function ancientBroker(): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (request) => {
      const answer = Buffer.alloc(20);
      answer.writeInt32BE(16, 0);
      answer.writeInt32BE(request.readInt32BE(8), 4);
      // No error, one API: key 18, versions 0 to 0.
      answer.writeInt16BE(0, 8);
      answer.writeInt32BE(1, 10);
      answer.writeInt16BE(18, 14);
      socket.write(answer);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}
