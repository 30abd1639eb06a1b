import { setTimeout as delay } from 'node:timers/promises';
import type { EventContract } from '@plaza/contracts';
import { ConfigResourceTypes, type Admin } from './broker.ts';

/** What the operator decides for all topics of a cluster. */
export interface TopicSettings {
  readonly prefix: string;
  readonly partitions: number;
  readonly replication: number;
  /** How long an event can be read again. The inbox remembers for seven days, and a redelivery must not come later than that. */
  readonly retentionHours: number;
}

/** A topic as it shall be. */
export interface TopicPlan {
  readonly topic: string;
  readonly partitions: number;
  readonly replication: number;
  readonly config: Readonly<Record<string, string>>;
}

/** One difference between plan and cluster. */
export interface TopicChange {
  readonly topic: string;
  readonly what: 'topic' | 'partitions' | 'replication' | (string & {});
  /** Null when the topic is absent. */
  readonly from: string | null;
  readonly to: string;
  /** Why `apply` leaves it alone, or undefined when it makes the change. */
  readonly left?: string;
}

const HOUR_MS = 3_600_000;
/** A segment is removed whole, once its newest record is too old: so an event may outlive the retention by this. */
const SEGMENT_HOURS = 24;

/** How long a topic that was made just now may take to be known and led everywhere. Milliseconds. */
const MADE_WITHIN_MS = 15_000;
/** What a broker says of a topic that it does not know yet (Kafka protocol guide, error codes 3 and 5). */
const NOT_YET = ['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE'];

/** The topics of the event registry. Events are news and no state, so none is compacted: a consumer needs each, not the last of a key. */
export function planTopics(events: readonly EventContract[], settings: TopicSettings): TopicPlan[] {
  const types = [...new Set(events.map(({ type }) => type))].sort();
  return types.map((type) => ({
    topic: settings.prefix + type,
    partitions: settings.partitions,
    replication: settings.replication,
    config: {
      'cleanup.policy': 'delete',
      'retention.ms': String(settings.retentionHours * HOUR_MS),
      'segment.ms': String(SEGMENT_HOURS * HOUR_MS),
      'min.insync.replicas': String(Math.max(1, settings.replication - 1)),
    },
  }));
}

/** What is other in the cluster than planned. */
export async function diffTopics(admin: Admin, plans: readonly TopicPlan[]): Promise<TopicChange[]> {
  const existing = new Set(await admin.listTopics());
  const present = plans.filter(({ topic }) => existing.has(topic));
  const { topics } = present.length === 0 ? { topics: [] } : await admin.fetchTopicMetadata({ topics: present.map(({ topic }) => topic) });
  const configs = await readConfigs(admin, present);
  return plans.flatMap((plan) => {
    const partitions = topics.find(({ name }) => name === plan.topic)?.partitions;
    if (partitions === undefined) return [{ topic: plan.topic, what: 'topic', from: null, to: describe(plan) }];
    return [...shapeChanges(plan, partitions), ...configChanges(plan, configs.get(plan.topic) ?? new Map())];
  });
}

/** Makes the changes that can be made; resolves to what is left. */
export async function applyTopics(admin: Admin, plans: readonly TopicPlan[]): Promise<{ readonly made: TopicChange[]; readonly left: TopicChange[] }> {
  const changes = await diffTopics(admin, plans);
  const made = changes.filter(({ left }) => left === undefined);
  const concerned = (isMeant: (change: TopicChange) => boolean): TopicPlan[] => plans.filter(({ topic }) => made.some((change) => change.topic === topic && isMeant(change)));
  const absent = concerned(({ what }) => what === 'topic');
  if (absent.length > 0) await createTopics(admin, absent);
  const grown = concerned(({ what }) => what === 'partitions');
  if (grown.length > 0) await admin.createPartitions({ topicPartitions: grown.map(({ topic, partitions }) => ({ topic, count: partitions })) });
  const configured = concerned(({ what }) => what !== 'topic' && what !== 'partitions');
  if (configured.length > 0) {
    await admin.alterConfigs({ validateOnly: false, resources: configured.map(({ topic, config }) => ({ type: ConfigResourceTypes.TOPIC, name: topic, configEntries: entries(config) })) });
  }
  return { made, left: changes.filter(({ left }) => left !== undefined) };
}

/** Makes topics, and waits until the cluster knows them. One that another process made meanwhile is as good, which kafkajs sees likewise. */
async function createTopics(admin: Admin, plans: readonly TopicPlan[]): Promise<void> {
  const topics = plans.map(({ topic, partitions, replication, config }) => ({ topic, numPartitions: partitions, replicationFactor: replication, configEntries: entries(config) }));
  await admin.createTopics({ waitForLeaders: false, topics });
  for (const giveUpAtMs = Date.now() + MADE_WITHIN_MS; ; await delay(100)) {
    try {
      await admin.fetchTopicMetadata({ topics: plans.map(({ topic }) => topic) });
      return;
    } catch (error) {
      if (Date.now() > giveUpAtMs || !NOT_YET.includes(typeOf(error))) throw error;
    }
  }
}

/** What the broker said, by the names of the Kafka protocol guide; kafkajs wraps it once it has given up. */
function typeOf(error: unknown): string {
  const { type, cause } = error as { readonly type?: string; readonly cause?: unknown };
  return type ?? (cause === undefined ? '' : typeOf(cause));
}

/** A change as a line of a diff. */
export function topicChangeLine({ topic, what, from, to, left }: TopicChange): string {
  if (from === null) return `+ ${topic}: ${to}`;
  return `${left === undefined ? '~' : '!'} ${topic}: ${what} ${from} -> ${to}${left === undefined ? '' : ` (${left})`}`;
}

function describe({ partitions, replication, config }: TopicPlan): string {
  return [`partitions ${partitions}`, `replication ${replication}`, ...Object.entries(config).map(([name, value]) => `${name} ${value}`)].join(', ');
}

function shapeChanges({ topic, partitions, replication }: TopicPlan, actual: readonly { readonly replicas: readonly number[] }[]): TopicChange[] {
  const changes: TopicChange[] = [];
  if (actual.length !== partitions) {
    const left = actual.length > partitions ? { left: 'Kafka never takes partitions away; plan as many, or make the topic anew' } : {};
    changes.push({ topic, what: 'partitions', from: String(actual.length), to: String(partitions), ...left });
  }
  const factors = [...new Set(actual.map(({ replicas }) => replicas.length))];
  if (factors.some((factor) => factor !== replication)) {
    changes.push({ topic, what: 'replication', from: factors.join('/'), to: String(replication), left: 'move the replicas with kafka-reassign-partitions.sh' });
  }
  return changes;
}

function configChanges({ topic, config }: TopicPlan, actual: ReadonlyMap<string, string>): TopicChange[] {
  return Object.entries(config).flatMap(([what, to]) => {
    const from = actual.get(what) ?? 'unset';
    return from === to ? [] : [{ topic, what, from, to }];
  });
}

async function readConfigs(admin: Admin, plans: readonly TopicPlan[]): Promise<Map<string, Map<string, string>>> {
  if (plans.length === 0) return new Map();
  const resources = plans.map(({ topic, config }) => ({ type: ConfigResourceTypes.TOPIC, name: topic, configNames: Object.keys(config) }));
  const described = await admin.describeConfigs({ includeSynonyms: false, resources });
  return new Map(described.resources.map(({ resourceName, configEntries }) => [resourceName, new Map(configEntries.map(({ configName, configValue }) => [configName, configValue]))]));
}

function entries(config: Readonly<Record<string, string>>): { name: string; value: string }[] {
  return Object.entries(config).map(([name, value]) => ({ name, value }));
}
