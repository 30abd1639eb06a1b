import type { RouteContract } from '../route.ts';
import * as accounts from './accounts.ts';
import * as analytics from './analytics.ts';
import * as apps from './apps.ts';
import * as connect from './connect.ts';
import * as health from './health.ts';
import * as keys from './keys.ts';
import * as media from './media.ts';
import * as posts from './posts.ts';
import * as profiles from './profiles.ts';
import * as readings from './readings.ts';

export * from './accounts.ts';
export * from './analytics.ts';
export * from './apps.ts';
export * from './common.ts';
export * from './connect.ts';
export * from './health.ts';
export * from './keys.ts';
export * from './media.ts';
export * from './posts.ts';
export * from './profiles.ts';
export * from './readings.ts';

function isRoute(value: unknown): value is RouteContract {
  return typeof value === 'object' && value !== null && 'access' in value && 'path' in value;
}

/** Every public route, in the order of the documentation. */
export const publicRoutes: readonly RouteContract[] = [health, apps, connect, profiles, posts, media, analytics, readings, accounts, keys].flatMap((module) =>
  Object.values(module).filter(isRoute),
);
