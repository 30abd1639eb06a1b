import type { Manifest } from '@plaza/connectors';
import { COMMON_POLICY, type PublishPolicy } from '../domain/policy.ts';

/** A platform's policy from its manifest. `settleMsOverride` shortens the windows in tests that wait for them. */
export function policyFor(manifest: Manifest, settleMsOverride: number | undefined): PublishPolicy {
  const { protection, submitDeadlineMs } = manifest;
  return {
    ...COMMON_POLICY,
    protection: protection.class,
    settleMs: settleMsOverride ?? protection.settleMs,
    submitDeadlineMs: settleMsOverride === undefined ? submitDeadlineMs : Math.min(submitDeadlineMs, settleMsOverride),
    keyLifeMs: protection.keyLifeMs ?? 0,
  };
}
