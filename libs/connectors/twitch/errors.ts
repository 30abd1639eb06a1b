import { epochSecondsHeader, retryAfterMs, type ErrorRule, type ErrorTable } from '../kit/index.ts';
import { errorSchema } from './schemas.ts';

/** Reasons for which a chat message was dropped although the answer is 200 (Helix, Send Chat Message; IRC notices). */
const drops: readonly ErrorRule[] = [
  { name: 'the same message within 30 seconds', code: 'drop/msg_duplicate', category: 'duplicate' },
  { name: 'too many messages', code: ['drop/msg_ratelimit', 'drop/msg_slowmode'], category: 'rate_limited' },
  { name: 'banned or timed out in the chat', code: ['drop/user_timed_out', 'drop/msg_timedout', 'drop/msg_banned'], category: 'account_restricted' },
  { name: 'suspended channel', code: 'drop/msg_channel_suspended', category: 'account_restricted' },
  { name: 'dropped for its content', code: ['drop/msg_rejected', 'drop/msg_r9k', 'drop/msg_emoteonly'], category: 'content_rejected' },
];

const rules: readonly ErrorRule[] = [
  ...drops,
  { name: 'scope missing', status: 401, message: /missing (required )?scope/i, category: 'scope_missing' },
  { name: 'client id of another app', status: 401, message: /client id/i, category: 'app_restricted' },
  { name: 'token expired or revoked', status: 401, category: 'token_expired' },
  { name: 'neither partner nor affiliate', status: 403, message: /partners and affiliates/i, category: 'account_restricted' },
  { name: 'content label that may not be set', status: 403, message: /\bCCLs?\b/, category: 'content_rejected' },
  { name: 'not permitted to chat', status: 403, category: 'account_restricted' },
  { name: 'segment not there', status: 404, category: 'content_rejected' },
  { name: 'message too large', status: 422, category: 'content_rejected' },
  { name: 'tags refused by AutoMod', status: 400, message: /AutoMod|moderation check/i, category: 'content_rejected' },
  { name: 'invalid request', status: 400, category: 'content_rejected' },
  { name: 'branded content flag changed too often', status: 409, category: 'rate_limited' },
  { name: 'rate limited', status: 429, category: 'rate_limited' },
];

/** How Twitch refuses (dev.twitch.tv/docs/api, dev.twitch.tv/docs/authentication). */
export const errors: ErrorTable = {
  rules,
  describe: (body) => {
    const parsed = errorSchema.safeParse(body);
    return parsed.success ? { code: String(parsed.data.status), message: parsed.data.message } : undefined;
  },
  // Every answer tells when the bucket is full again; only a 429 is about the bucket.
  until: (response, nowMs) => retryAfterMs(response, nowMs) ?? (response.status === 429 ? epochSecondsHeader(response, 'ratelimit-reset', nowMs) : undefined),
};

/** What a dropped message means. What is not known was dropped all the same: nothing is visible. */
export function dropped(code: string, message: string) {
  const rule = drops.find((candidate) => [candidate.code].flat().includes(`drop/${code}`));
  return { kind: 'refused', category: rule?.category ?? 'content_rejected', code: `drop/${code}`, message, httpStatus: 200 } as const;
}
