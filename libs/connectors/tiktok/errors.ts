import { retryAfterMs, type ErrorRule, type ErrorTable, type Rejected } from '../kit/index.ts';
import { envelopeSchema } from './schemas.ts';

/** Errors come with these statuses, and with 200; a 5xx says nothing for certain, whatever its body says. */
const STATUSES = [200, 400, 401, 403, 404, 429];

function describe(body: unknown): { readonly code: string; readonly message: string } | undefined {
  const parsed = envelopeSchema.safeParse(body);
  if (!parsed.success || parsed.data.error.code === 'ok') return undefined;
  const { code, message } = parsed.data.error;
  return { code, message: message === undefined || message === '' ? code : message };
}

const rules: readonly ErrorRule[] = [
  { name: 'calls too fast', status: STATUSES, code: 'rate_limit_exceeded', category: 'rate_limited' },
  { name: 'posts of the day', status: STATUSES, code: 'spam_risk_too_many_posts', category: 'quota_exhausted' },
  { name: 'drafts that wait in the inbox', status: STATUSES, code: 'spam_risk_too_many_pending_share', category: 'quota_exhausted' },
  { name: 'creators of the app in a day', status: STATUSES, code: 'reached_active_user_cap', category: 'quota_exhausted', limitOf: 'app' },
  { name: 'token over or revoked', status: STATUSES, code: 'access_token_invalid', category: 'token_expired' },
  { name: 'scope missing', status: STATUSES, code: ['scope_not_authorized', 'scope_permission_missed'], category: 'scope_missing' },
  { name: 'app not audited', status: STATUSES, code: 'unaudited_client_can_only_post_to_private_accounts', category: 'app_restricted' },
  { name: 'domain not verified', status: STATUSES, code: 'url_ownership_unverified', category: 'app_restricted' },
  { name: 'privacy level not offered', status: STATUSES, code: 'privacy_level_option_mismatch', category: 'content_rejected' },
  { name: 'invalid field', status: STATUSES, code: ['invalid_param', 'invalid_params'], category: 'content_rejected' },
  { name: 'spam', status: STATUSES, code: ['spam_risk', 'spam_risk_text'], category: 'content_rejected' },
  { name: 'creator banned', status: STATUSES, code: 'spam_risk_user_banned_from_posting', category: 'account_restricted' },
  { name: 'app of the user too old for drafts', status: STATUSES, code: 'app_version_check_failed', category: 'account_restricted' },
  { name: 'file', status: STATUSES, code: 'invalid_file_upload', category: 'media_rejected' },
  { name: 'handle unknown', status: STATUSES, code: ['invalid_publish_id', 'token_not_authorized_for_specified_publish_id', 'publish_not_cancellable'], category: 'platform_error' },
];

/** How TikTok's API refuses (Content Posting API and Display API references; API v2 error handling). */
export const errors: ErrorTable = { rules, describe, until: retryAfterMs };

/** What a status means at the address for the bytes, where the answer has no body (Content Posting API, media transfer guide). */
const UPLOAD_WORDS: Readonly<Record<number, string>> = {
  400: 'TikTok did not take the headers or the size of a chunk.',
  403: 'The address for the bytes is over: TikTok takes all of a file within an hour.',
  404: 'TikTok does not know the upload.',
  416: 'The chunk does not follow on what TikTok has.',
};

/**
 * How the address for the bytes refuses: by the status alone. None of these begins a publication, and preparing asks for its state before
 * it goes on, so that most may be tried again.
 */
export const uploadErrors: ErrorTable = {
  describe: (body, { status }) => {
    const message = UPLOAD_WORDS[status];
    return describe(body) ?? (message === undefined ? undefined : { code: String(status), message });
  },
  until: retryAfterMs,
  rules: [
    { name: 'chunk malformed', status: 400, category: 'platform_error' },
    { name: 'address expired', status: 403, category: 'transient' },
    { name: 'upload unknown', status: 404, category: 'transient' },
    { name: 'range does not fit', status: 416, category: 'transient' },
  ],
};

/** Reasons for which a publication fails after it was accepted (Content Posting API, get post status). */
const FAILURES: Readonly<Record<string, Rejected['category']>> = {
  file_format_check_failed: 'media_rejected',
  duration_check_failed: 'media_rejected',
  frame_rate_check_failed: 'media_rejected',
  picture_size_check_failed: 'media_rejected',
  video_pull_failed: 'transient',
  photo_pull_failed: 'transient',
  spam_risk: 'content_rejected',
  spam_risk_text: 'content_rejected',
  spam_risk_too_many_posts: 'quota_exhausted',
  spam_risk_user_banned_from_posting: 'account_restricted',
  auth_removed: 'reconnect_required',
  publish_cancelled: 'platform_error',
  internal: 'transient',
};

/** When room comes back among the posts of a day is not told. Each try costs a whole upload, so there are few. */
const NEXT_POST_MS = 3 * 60 * 60_000;

/** Why a publication that TikTok had accepted came to nothing. */
export function failureOf(reason: string, nowMs: number): Rejected {
  const category = FAILURES[reason] ?? 'platform_error';
  const untilMs = category === 'quota_exhausted' ? { untilMs: nowMs + NEXT_POST_MS } : {};
  return { kind: 'rejected', category, code: reason, message: `TikTok could not publish it: ${reason}.`, ...untilMs };
}

/** Failures that the same post would meet again. */
export const isFinal = ({ category }: Rejected): boolean => category === 'media_rejected' || category === 'content_rejected';
