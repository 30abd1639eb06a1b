import type { EventContract, ServiceName } from '@plaza/contracts';
import { openKafka, type Admin, type KafkaSettings } from './broker.ts';

/** What a start finds of its cluster. `away` passes by itself; a `problem` does not, and is one sentence for the operator. */
export type ClusterState = { readonly kind: 'ready' } | { readonly kind: 'away'; readonly reason: string } | { readonly kind: 'problem'; readonly sentence: string };

/** The types whose topics a service writes or reads. */
export function typesOf(events: readonly EventContract[], service: ServiceName): string[] {
  return [...new Set(events.filter(({ producer, consumers }) => producer === service || consumers.includes(service)).map(({ type }) => type))];
}

/** Looks whether the cluster can be used: reached, allowed in, of a version that is understood, with the topics of these types. */
export async function inspectCluster(settings: KafkaSettings, types: readonly string[]): Promise<ClusterState> {
  try {
    const existing = new Set(await withAdmin(settings, (admin) => admin.listTopics()));
    const missing = types.map((type) => (settings.prefix ?? '') + type).filter((topic) => !existing.has(topic));
    if (missing.length === 0) return { kind: 'ready' };
    return { kind: 'problem', sentence: `Kafka at ${settings.brokers.join(', ')} lacks the topics ${missing.join(', ')}: make them with "topics apply".` };
  } catch (error) {
    return explain(settings, error);
  }
}

/** Runs work with an administrator's connection, which it closes. */
export async function withAdmin<T>(settings: KafkaSettings, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = openKafka(settings).admin({ retry: { retries: 2, initialRetryTime: 200, maxRetryTime: 1_000 } });
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** Names of kafkajs' errors; those of the protocol have their `type` as the Kafka protocol guide lists them. */
function explain({ brokers }: KafkaSettings, error: unknown): ClusterState {
  const at = `Kafka at ${brokers.join(', ')}`;
  const causes = causesOf(error);
  const names = causes.map(({ name, type }) => `${name} ${type ?? ''}`).join(' ');
  const reason = causes.at(-1)?.message ?? String(error);
  if (/DoesNotSupportApiKey|UNSUPPORTED_VERSION/.test(names)) {
    return { kind: 'problem', sentence: `${at} does not speak the protocol that Plaza needs: use Apache Kafka 2.3 or newer; tried with 4.1.` };
  }
  if (/SASL|AUTHENTICATION|AUTHORIZATION/i.test(names)) return { kind: 'problem', sentence: `${at} refuses the user: ${reason}.` };
  return { kind: 'away', reason: `${at} cannot be reached: ${reason}` };
}

interface Cause {
  readonly name: string;
  readonly message: string;
  readonly type?: string;
}

function causesOf(error: unknown): Cause[] {
  const causes: Cause[] = [];
  for (let cause = error as (Cause & { readonly cause?: unknown }) | undefined; cause !== undefined && cause !== null && causes.length < 10; cause = cause.cause as typeof cause) causes.push(cause);
  return causes;
}
