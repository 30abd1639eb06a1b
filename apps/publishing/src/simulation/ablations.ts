/**
 * The safeguards that the simulation can take away, one at a time, to prove that it would notice. Each is a property of how the protocol
 * is driven, of the database's conditions or of the world around it; nothing in `domain/` knows of them.
 */
export const ABLATIONS = {
  no_intent: 'The visible call is made without its intent being committed first.',
  blind_retry: 'A call with an unknown outcome is repeated like one that certainly did not go out.',
  lease: 'Owners that have been silent for some seconds are taken over, even though their session lives.',
  no_settle: 'Reconciling starts as soon as an outcome is unknown.',
  no_fence: 'Writes ask neither for the owner nor for the fence.',
  no_order: 'Targets are claimed without a look at earlier ones of their account.',
  blind_release: 'A take-over releases what it read before without asking whether it is still in that state.',
  late_send: 'A worker sends however long ago it committed its intent.',
  forgotten_claims: 'A worker does not look for rows of its own that it does not work on.',
  unchecked_cancel: 'A cancellation is confirmed without a look at whether the row was still the one that was read.',
  cancel_unresolved: 'A target that is due again after an unknown outcome may be canceled.',
  stale_revision: 'Which token was refused is remembered only when a visible call was made with it.',
  blind_parts: 'After a restore the part that follows one which was found is sent without being looked for.',
  blind_lookup: 'A look-up takes a post of the same words for its own although it is known to be another target\'s.',
  same_at_once: 'A target that may overtake goes out while another that says the same is in doubt.',
  cancel_parts: 'A publication of which a part is visible may be canceled before the next one.',
  restored_to_backup: 'After a restore only what was due before the back-up was made is reconciled.',
} as const;

export type Ablation = keyof typeof ABLATIONS;

export function isAblation(name: string): name is Ablation {
  return Object.hasOwn(ABLATIONS, name);
}
