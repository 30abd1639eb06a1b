import type { SimulatedRequest, SimulatedResponse } from '../../kit/simulator.ts';

/** Whose token calls. `name` is the one that was typed on the consent page. */
export interface Actor {
  readonly id: string;
  readonly name: string;
}

/** One call of Helix; without a scope any token will do. */
export interface Call {
  readonly scope: string | null;
  /** As the sandbox's faults name it. */
  readonly operation: string;
  run(actor: Actor, request: SimulatedRequest): SimulatedResponse;
}

/** Calls by method and path. */
export type Calls = Readonly<Record<string, Call>>;

/** Channels without a status are neither partners nor affiliates. */
export const broadcasterType = (name: string): string => (name.startsWith('plain') ? '' : 'affiliate');
