import { graphErrors } from '../meta/errors.ts';

/** Codes that are known without the code that they are a subcode of. */
const sub = (...subcodes: readonly number[]): string[] => subcodes.flatMap((subcode) => [`*/${subcode}`, String(subcode)]);

/** How Facebook refuses what is published on pages, beyond what all of Meta's platforms have (Pages API, Video API, observed answers). */
export const errors = graphErrors([
  { name: 'nothing there, or nothing that the token reaches', code: '100/33', category: 'platform_error' },
  { name: 'account checkpointed', code: '490', category: 'reconnect_required' },
  { name: 'token revoked', message: /REVOKED_ACCESS_TOKEN/i, category: 'reconnect_required' },
  { name: 'page publishing authorization required', code: sub(1404078), category: 'account_restricted' },
  { name: 'posting too fast', code: sub(1390008), category: 'rate_limited' },
  { name: 'temporarily unavailable', code: sub(1363047, 1609010), category: 'transient' },
  { name: 'chunk that broke off', code: sub(1363019, 1363021, 1363030, 1363033, 1363037, 1363041), category: 'transient' },
  { name: 'no permission to publish the video', message: /no permission to publish the video/i, category: 'scope_missing' },

  { name: 'photos already posted', code: sub(1366051), category: 'duplicate' },
  { name: 'photo too large or of another format', code: sub(1366046), category: 'media_rejected' },
  { name: 'invalid file', code: sub(2069019), category: 'media_rejected' },
  { name: 'missing or invalid image file', code: '324', category: 'media_rejected' },

  { name: 'abusive content', code: sub(1346003), category: 'content_rejected' },
  { name: 'community standards', code: sub(1404102), category: 'content_rejected' },
  { name: 'link to facebook.com', code: sub(1609008), category: 'content_rejected' },
  { name: 'invalid URL', code: sub(2061006), category: 'content_rejected' },
  { name: 'invalid content format', code: sub(1349125), category: 'content_rejected' },
  { name: 'text too long', message: /name parameter too long/i, category: 'content_rejected' },

  { name: 'security check', code: sub(1404006), category: 'account_restricted' },
  { name: 'account limited for some days', code: sub(1404112), category: 'account_restricted' },
  { name: 'identity to be confirmed', code: sub(4854002), category: 'account_restricted' },
]);
