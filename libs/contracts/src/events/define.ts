import type { z } from 'zod';
import type { ServiceName } from '../route.ts';

/** One event type in one version: its topic is its type. */
export interface EventContract {
  /** `noun.verb_in_past`, also the topic's name. */
  readonly type: string;
  readonly version: number;
  readonly summary: string;
  readonly producer: ServiceName;
  readonly consumers: readonly ServiceName[];
  /** The role of the consuming service whose processes alone take it, in a consumer group of their own. */
  readonly role?: string;
  /**
   * A notice tells where to look, and handling it leaves nothing behind: so it is handled without a transaction and an inbox row, may be
   * handled twice, and may be lost. An effect, the default, happens once.
   */
  readonly delivery?: 'effect' | 'notice';
  /** The aggregate whose id is the message key and whose sequence number the event carries. */
  readonly key: 'integration' | 'app' | 'key' | 'post' | 'account';
  readonly data: z.ZodObject;
  /** A golden example: published once, it is never changed. */
  readonly example: Readonly<Record<string, unknown>>;
}

/** Declares an event, keeping its exact types. */
export function defineEvent<const E extends EventContract>(event: E): E {
  return event;
}

/** An event on its way: the attributes of CloudEvents 1.0 and Plaza's extensions. Never a secret in `data`. */
export interface EventEnvelope<D = Record<string, unknown>> {
  /** UUID; consumers absorb a second delivery by it. */
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly source: ServiceName;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly projectId: string;
  /** Id of the aggregate: the message key. */
  readonly key: string;
  /** Grows with each event of the aggregate; consumers drop what is older than what they hold. */
  readonly sequence: number;
  readonly traceparent?: string;
  readonly data: D;
}
