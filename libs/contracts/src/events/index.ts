import type { EventContract } from './define.ts';
import * as integrations from './integrations.ts';
import * as publishing from './publishing.ts';
import * as registryAndKeys from './registry-and-keys.ts';

export * from './define.ts';
export * from './integrations.ts';
export * from './publishing.ts';
export * from './registry-and-keys.ts';

/** Every event: its topic, key, producer, consumers and schema. */
export const events: readonly EventContract[] = [integrations, registryAndKeys, publishing].flatMap((module) => Object.values(module));

/** The contract of a type and version, or undefined when no one knows it. */
export function eventContract(type: string, version: number): EventContract | undefined {
  return events.find((event) => event.type === type && event.version === version);
}
