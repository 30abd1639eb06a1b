import { clampInstant, retryAfterMs, type ErrorTable } from '../kit/index.ts';
import { errorsSchema } from './schemas.ts';

/** The code is Ghost's own where it has one, else the error's type (npm package `ghost`, `@tryghost/errors`). */
export const errors: ErrorTable = {
  rules: [
    { name: 'key unknown or deleted', status: 401, code: 'UNKNOWN_ADMIN_API_KEY', category: 'reconnect_required' },
    { name: 'secret wrong', status: 401, code: 'INVALID_JWT', message: /signature/i, category: 'reconnect_required' },
    // A token is made for each call; it is too old when the way was long, or one of the clocks is wrong.
    { name: 'token too old', status: 401, code: 'INVALID_JWT', message: /expired|maxAge|not active/i, category: 'transient' },
    { name: 'token not understood', status: 401, category: 'platform_error' },
    { name: 'limit of the hosting', status: 403, code: 'HostLimitError', category: 'account_restricted' },
    { name: 'key may not do this', status: 403, category: 'scope_missing' },
    // The draft is gone; the next preparation makes another.
    { name: 'draft deleted', status: 404, code: 'NotFoundError', category: 'transient' },
    // The next preparation reads the draft anew.
    { name: 'draft edited by somebody', status: 409, code: 'UPDATE_COLLISION', category: 'transient' },
    { name: 'file too large', status: 413, category: 'media_rejected' },
    { name: 'file of a wrong type', status: 415, category: 'media_rejected' },
    { name: 'image not processed', status: 400, message: /image processing failed/i, category: 'media_rejected' },
    { name: 'post refused', status: 422, category: 'content_rejected' },
    { name: 'rate limit', status: 429, category: 'rate_limited' },
  ],
  describe: (body) => {
    const parsed = errorsSchema.safeParse(body);
    const [error] = parsed.success ? parsed.data.errors : [];
    if (error === undefined) return undefined;
    const { message, context, type, code } = error;
    const named = code === 'UNEXPECTED_ERROR' ? null : code;
    return { code: named ?? type ?? 'UNEXPECTED_ERROR', message: typeof context === 'string' && context !== message ? `${message} ${context}` : message };
  },
  until: (response, nowMs) => {
    const instant = retryAfterMs(response, nowMs);
    return instant === undefined ? undefined : clampInstant(instant, nowMs);
  },
};
