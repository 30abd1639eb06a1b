import type { Status, TargetState } from '@plaza/contracts';

/** Every change of a target's state that can happen. What is not here cannot run: see {@link move}. */
export const TRANSITIONS: Readonly<Record<TargetState, readonly TargetState[]>> = {
  draft: ['scheduled', 'due', 'canceled'],
  scheduled: ['scheduled', 'due', 'canceled', 'unknown'],
  due: ['claimed', 'canceled', 'unknown'],
  // To `published` only where what is left of the publication may be left out.
  claimed: ['dispatching', 'due', 'failed', 'published', 'unknown'],
  dispatching: ['submitted', 'published', 'failed', 'due', 'unknown'],
  // To `due` with the next part, once this one is visible, or when the platform dropped what it had accepted; to `unknown` with the next part.
  submitted: ['submitted', 'processing', 'due', 'published', 'failed', 'unconfirmed', 'unknown'],
  processing: ['processing', 'due', 'published', 'failed', 'unconfirmed', 'unknown'],
  unknown: ['reconciling'],
  reconciling: ['published', 'due', 'failed', 'unconfirmed', 'unknown'],
  unconfirmed: ['published', 'failed'],
  failed: ['due'],
  published: [],
  canceled: ['scheduled', 'due'],
};

/** Raised for a change that the table does not know: a bug, caught before it reaches the database. */
export class ForbiddenTransition extends Error {
  override readonly name = 'ForbiddenTransition';
}

/** The next state, if the table allows it. */
export function move(from: TargetState, to: TargetState): TargetState {
  if (!TRANSITIONS[from].includes(to)) throw new ForbiddenTransition(`A target cannot go from ${from} to ${to}.`);
  return to;
}

/** States in which a target may still become visible, or is not known not to have. */
export const IN_FLIGHT: readonly TargetState[] = ['due', 'claimed', 'dispatching', 'submitted', 'processing', 'unknown', 'reconciling'];

/** States that a target leaves by a person's hand only. */
export const ENDED: readonly TargetState[] = ['published', 'failed', 'canceled', 'unconfirmed'];

/**
 * States whose targets keep later ones of the same account waiting: they may not have gone out yet. What is scheduled for an earlier time
 * counts from then on, even before the scheduler has come to it.
 */
export const HOLDS_ORDER: readonly TargetState[] = ['scheduled', 'due', 'claimed', 'dispatching', 'unknown', 'reconciling'];

const STATUS: Readonly<Record<TargetState, Status>> = {
  draft: 'draft',
  canceled: 'draft',
  scheduled: 'scheduled',
  due: 'publishing',
  claimed: 'publishing',
  dispatching: 'publishing',
  submitted: 'publishing',
  processing: 'publishing',
  unknown: 'pending',
  reconciling: 'pending',
  unconfirmed: 'pending',
  published: 'published',
  failed: 'failed',
};

/** A target's status in PostPeer's closed list. */
export function statusOfTarget(state: TargetState): Status {
  return STATUS[state];
}

/** A post's status from the states of its targets: what is under way first, then what is open, then how all ended. */
export function statusOfPost(states: readonly TargetState[]): Status {
  const statuses = new Set(states.map(statusOfTarget));
  const [only] = statuses;
  if (statuses.size === 1 && only !== undefined) return only;
  if (statuses.has('publishing') || statuses.has('scheduled')) return 'publishing';
  return statuses.has('pending') ? 'pending' : 'partial';
}
