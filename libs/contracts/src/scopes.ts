import { z } from 'zod';

/** What an API key may do. A key without a scope that a route needs gets 403, naming the scope. */
export const SCOPES = [
  'accounts.read',
  'apps.read',
  'apps.write',
  'connect.read',
  'connect.write',
  'profiles.read',
  'profiles.write',
  'publish',
  'posts.read',
  'scheduled.read',
  'scheduled.write',
  'media.write',
  'analytics.read',
  'notifications.read',
  'notifications.write',
  'usage.read',
  'keys.read',
  'keys.write',
  'audit.read',
] as const;

export type Scope = (typeof SCOPES)[number];
export const scopeSchema = z.enum(SCOPES).meta({ id: 'Scope' });
