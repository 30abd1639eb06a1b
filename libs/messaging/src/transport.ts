import type { EventEnvelope, ServiceName } from '@plaza/contracts';

/** What a consumer makes of a message that was delivered. It resolves when the message is handled or safely parked, and rejects otherwise. */
export type Deliver = (message: DeliveredMessage) => Promise<void>;

/** A message as it came: possibly not decodable, possibly of an unknown type. */
export interface DeliveredMessage {
  readonly topic: string;
  readonly key: string;
  /** The decoded envelope, or the reason why there is none together with the raw text. */
  readonly content: { readonly kind: 'event'; readonly event: EventEnvelope } | { readonly kind: 'undecodable'; readonly reason: string; readonly raw: string };
}

/** A group of replicas that share the messages of their topics. */
export interface Subscription {
  readonly service: ServiceName;
  /** Name of the group, when a role of the service has one of its own. Default: the service. */
  readonly group?: string;
  readonly topics: readonly string[];
  readonly deliver: Deliver;
}

/** How far a consumer is, for health and figures. */
export interface ConsumerProgress {
  readonly service: ServiceName;
  readonly topic: string;
  /** Messages that wait, as far as is known. */
  readonly lag: number;
  /** How long messages wait without one being finished, or the consumer is not connected; 0 when all is well. Milliseconds. */
  readonly stalledForMs: number;
}

/**
 * Carries events from outboxes to consumers, at least once, in order per key, in parallel across keys. The in-process transport hands
 * over directly; the Kafka transport goes through topics. One conformance suite states what both guarantee.
 */
export interface Transport {
  /** Resolves when all events are safe on the other side (every consumer handled or parked them, or the broker holds them). */
  publish(events: readonly EventEnvelope[]): Promise<void>;
  /** `close` of the answer lets what is under way for this subscription finish, and takes nothing new. */
  subscribe(subscription: Subscription): Promise<{ close(): Promise<void> }>;
  progress(): readonly ConsumerProgress[];
  /** Lets what is under way finish and takes nothing new. */
  close(): Promise<void>;
}
