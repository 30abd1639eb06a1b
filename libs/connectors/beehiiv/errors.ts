import { epochSecondsHeader, retryAfterMs, type ErrorTable } from '../kit/index.ts';
import { errorsSchema } from './schemas.ts';

/** beehiiv documents statuses, and of codes `POST_CREATION_FAILED` alone. Only calls of OAuth apps lack scopes; a key lacks the plan. */
export const errors: ErrorTable = {
  rules: [
    { name: 'key invalid or expired', status: 401, category: 'reconnect_required' },
    { name: 'scope missing', status: 403, message: /scope/i, category: 'scope_missing' },
    { name: 'plan without posting', status: 403, category: 'account_restricted' },
    // Nothing became of it, and nothing will; the next preparation makes another draft.
    { name: 'building failed', status: 404, code: 'POST_CREATION_FAILED', category: 'transient' },
    { name: 'draft deleted', status: 404, category: 'transient' },
    { name: 'request refused', status: [400, 422], category: 'content_rejected' },
    { name: 'rate limit', status: 429, category: 'rate_limited' },
  ],
  describe: (body) => {
    const parsed = errorsSchema.safeParse(body);
    const [error] = parsed.success ? parsed.data.errors : [];
    return error === undefined ? undefined : { code: error.code, message: parsed.data?.errors.map(({ message }) => message).join(' ') ?? error.message };
  },
  until: (response, nowMs) => retryAfterMs(response, nowMs) ?? epochSecondsHeader(response, 'ratelimit-reset', nowMs),
};
