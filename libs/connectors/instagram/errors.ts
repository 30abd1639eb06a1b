import { clampInstant, retryAfterMs, type ErrorRule, type ErrorTable, type HttpResponse } from '../kit/index.ts';
import { graphErrorSchema, loginErrorSchema } from './schemas.ts';

/** Stands at the end of the message of an error that Instagram itself marks `is_transient`. */
const TRANSIENT_MARK = ' [is_transient]';

const PERMISSION_CODES = ['3', '10', ...Array.from({ length: 100 }, (_, index) => String(200 + index))];

/** Codes are `code/subcode`, or `code` for every other subcode; `*` stands for a code that is not documented. */
const rules: readonly ErrorRule[] = [
  { name: 'expired token', code: ['190/463', '102'], category: 'token_expired' },
  {
    name: 'token that is no longer good',
    code: ['190', '190/458', '190/459', '190/460', '190/464', '190/467', '190/492'],
    category: 'reconnect_required',
  },
  { name: 'session invalidated', message: /session has been invalidated/i, category: 'reconnect_required' },
  { name: 'not a professional account', message: /not an Instagram Business/i, category: 'account_restricted' },
  { name: 'account that the token does not reach', code: '100/33', category: 'reconnect_required' },
  { name: 'permission missing', code: PERMISSION_CODES, category: 'scope_missing' },

  { name: 'app limit', code: '4', category: 'rate_limited', limitOf: 'app' },
  { name: 'user, page, custom or business limit', code: ['17', '32', '613', '80001', '80002'], category: 'rate_limited' },
  { name: 'posting limit of the app', code: '341', category: 'rate_limited', limitOf: 'app' },
  { name: 'daily publishing limit', code: '9/2207042', category: 'quota_exhausted' },
  { name: 'restricted as spam', code: '4/2207051', category: 'account_restricted' },
  { name: 'blocked for policies', code: '368', category: 'account_restricted' },
  { name: 'inactive, checkpointed or restricted account', code: '25/2207050', category: 'account_restricted' },

  { name: 'unknown or temporary error', code: ['1', '2'], category: 'transient' },
  { name: 'media download timed out', code: '-2/2207003', category: 'transient' },
  { name: 'media expired', code: '-2/2207020', category: 'transient' },
  { name: 'Instagram server error', code: '-1/2207001', category: 'transient' },
  { name: 'creating the media failed', code: '-1/2207032', category: 'transient' },
  { name: 'unknown upload error', code: '-1/2207053', category: 'transient' },
  { name: 'upload failed', code: '*/2207082', category: 'transient' },
  { name: 'container expired or missing for a while', code: '24/2207008', category: 'transient' },
  { name: 'media not ready', code: '9007/2207027', category: 'transient' },

  { name: 'container of another account or none', code: '24/2207006', category: 'platform_error' },
  { name: 'invalid cover, type, carousel or tags', code: ['1/2207057', '100/2207023', '100/2207028'], category: 'content_rejected' },
  { name: 'product or user tags', code: ['100/2207035', '100/2207036', '100/2207037', '100/2207040'], category: 'content_rejected' },
  { name: 'trial reels not allowed', code: '*/2207081', category: 'content_rejected' },
  { name: 'caption too long', code: '36004/2207010', category: 'content_rejected' },
  { name: 'invalid link', code: '1609005', category: 'content_rejected' },
  { name: 'duplicate', code: '506', category: 'duplicate' },

  { name: 'video format', code: '352/2207026', category: 'media_rejected' },
  { name: 'video could not be downloaded', code: '*/2207077', category: 'media_rejected' },
  { name: 'media could not be fetched', code: '9004/2207052', category: 'media_rejected' },
  { name: 'image too large', code: '36000/2207004', category: 'media_rejected' },
  { name: 'image format', code: '36001/2207005', category: 'media_rejected' },
  { name: 'aspect ratio', code: '36003/2207009', category: 'media_rejected' },

  { name: 'marked as transient', message: /\[is_transient\]$/, category: 'transient' },
];

const KNOWN_CODES: ReadonlySet<string> = new Set(rules.flatMap(({ code = [] }) => code));

/** The most exact of the table's names for an error; the plain code for what the table does not know. */
function nameOf(code: number, subcode: number | undefined): string {
  const candidates = [`${code}/${subcode}`, `*/${subcode}`];
  return candidates.find((candidate) => KNOWN_CODES.has(candidate)) ?? String(code);
}

function describeGraph(body: unknown): { code: string; message: string } | undefined {
  const parsed = graphErrorSchema.safeParse(body);
  if (!parsed.success) return undefined;
  const { code, error_subcode: subcode, message, error_user_msg: forUsers, is_transient: isTransient } = parsed.data.error;
  const name = nameOf(code, subcode);
  const lost = subcode === undefined || name.includes('/') ? '' : ` (subcode ${subcode})`;
  return {
    code: name,
    message: `${message}${forUsers === undefined ? '' : ` ${forUsers}`}${lost}${isTransient === true ? TRANSIENT_MARK : ''}`,
  };
}

function describeLogin(body: unknown): { code: string; message: string } | undefined {
  const parsed = loginErrorSchema.safeParse(body);
  return parsed.success ? { code: String(parsed.data.code), message: parsed.data.error_message } : undefined;
}

/** Longest `estimated_time_to_regain_access` (minutes) of `X-Business-Use-Case-Usage`; undefined when there is none to wait for. */
function regainMinutes(response: HttpResponse): number | undefined {
  try {
    const usage = JSON.stringify(JSON.parse(response.headers['x-business-use-case-usage'] ?? '{}'));
    const minutes = [...usage.matchAll(/"estimated_time_to_regain_access":(\d+)/g)].map(([, digits]) => Number(digits));
    return minutes.length === 0 ? undefined : Math.max(...minutes) || undefined;
  } catch {
    return undefined;
  }
}

/** Meta's errors are told apart by code and subcode, not by the HTTP status, which is 400 for most. */
export const errors: ErrorTable = {
  rules,
  describe: (body) => describeGraph(body) ?? describeLogin(body),
  until: (response, nowMs) => {
    const minutes = regainMinutes(response);
    return minutes === undefined ? retryAfterMs(response, nowMs) : clampInstant(nowMs + minutes * 60_000, nowMs);
  },
};

/** The rule for a bare subcode, which is all that the status of a failed container tells. */
export function ruleOfSubcode(subcode: string): ErrorRule | undefined {
  return rules.find(({ code = [] }) => [code].flat().some((name) => name.endsWith(`/${subcode}`)));
}
