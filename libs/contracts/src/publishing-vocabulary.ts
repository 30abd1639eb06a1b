import { z } from 'zod';

/** PostPeer's closed list of statuses, of a post and of a target; its clients refuse any other word. */
export const STATUSES = ['draft', 'pending', 'scheduled', 'publishing', 'published', 'failed', 'partial'] as const;
export type Status = (typeof STATUSES)[number];
export const statusSchema = z.enum(STATUSES).meta({ id: 'Status' });

/** Plaza's own, finer states of a target. */
export const TARGET_STATES = [
  'draft',
  'scheduled',
  'due',
  'claimed',
  'dispatching',
  'submitted',
  'processing',
  'unknown',
  'reconciling',
  'published',
  'failed',
  'unconfirmed',
  'canceled',
] as const;
export type TargetState = (typeof TARGET_STATES)[number];
export const targetStateSchema = z.enum(TARGET_STATES).meta({ id: 'TargetState' });

/** The closed list of reasons for which a platform, or the way to it, refused a post. The category decides what happens next. */
export const REFUSAL_CATEGORIES = [
  'rate_limited',
  'quota_exhausted',
  'token_expired',
  'reconnect_required',
  'scope_missing',
  'content_rejected',
  'media_rejected',
  'duplicate',
  'account_restricted',
  'app_restricted',
  'platform_error',
  'transient',
] as const;
export type RefusalCategory = (typeof REFUSAL_CATEGORIES)[number];
export const refusalCategorySchema = z.enum(REFUSAL_CATEGORIES).meta({ id: 'RefusalCategory' });

/**
 * How a platform lets an unknown outcome be resolved.
 * `A` client-chosen id, `B` idempotency key with a time limit, `C` handle of two phases, `D` the platform refuses duplicates,
 * `L` look-up in the account's own list, `E` none.
 */
export const PROTECTION_CLASSES = ['A', 'B', 'C', 'D', 'L', 'E'] as const;
export type ProtectionClass = (typeof PROTECTION_CLASSES)[number];

/** Why an integration has to be connected again, in PostPeer's words. */
export const AUTH_FAILURE_REASONS = ['token_expired', 'access_revoked', 'security_invalidation', 'refresh_rejected'] as const;
export type AuthFailureReason = (typeof AUTH_FAILURE_REASONS)[number];
export const authFailureReasonSchema = z.enum(AUTH_FAILURE_REASONS);

export const MEDIA_TYPES = ['image', 'video', 'gif', 'document'] as const;
export type MediaType = (typeof MEDIA_TYPES)[number];
