import { graphErrors } from '../meta/errors.ts';

/** How Threads refuses, beyond what all of Meta's platforms have (Threads API documentation, observed answers). */
export const errors = graphErrors([
  { name: 'nothing there, or nothing that the token reaches', code: '100/33', category: 'platform_error' },
  { name: 'container not ready, or not there', code: '24/4279009', category: 'transient' },
  { name: 'user restricted', code: '*/4279013', category: 'account_restricted' },
  { name: 'restricted as spam', code: '*/2207051', category: 'account_restricted' },
  { name: 'text too long', message: /at most 500 characters/i, category: 'content_rejected' },
  { name: 'too many links, as a code', code: 'THREADS_API__LINK_LIMIT_EXCEEDED', category: 'content_rejected' },
  { name: 'too many links, in words', message: /THREADS_API__LINK_LIMIT_EXCEEDED/, category: 'content_rejected' },
  { name: 'countries, in words', message: /THREADS_API__GEO_GATING/, category: 'content_rejected' },
  { name: 'feature not available, as a code', code: 'THREADS_API__FEATURE_NOT_AVAILABLE', category: 'scope_missing' },
  { name: 'feature not available, in words', message: /THREADS_API__FEATURE_NOT_AVAILABLE/, category: 'scope_missing' },
  { name: 'media could not be fetched', message: /media could not be fetched/i, category: 'media_rejected' },
]);
