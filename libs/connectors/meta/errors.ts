import { clampInstant, retryAfterMs, type ErrorRule, type ErrorTable, type HttpResponse } from '../kit/index.ts';
import { graphErrorSchema, loginErrorSchema, uploadErrorSchema } from './schemas.ts';

/** Stands at the end of the message of an error that Meta itself marks `is_transient`. */
const TRANSIENT_MARK = ' [is_transient]';

const PERMISSION_CODES = ['3', '10', ...Array.from({ length: 100 }, (_, index) => String(200 + index))];

/** What holds on all of Meta's platforms (Graph API error handling). */
const COMMON_RULES: readonly ErrorRule[] = [
  { name: 'expired token', code: ['190/463', '102'], category: 'token_expired' },
  {
    name: 'token that is no longer good',
    code: ['190', '190/458', '190/459', '190/460', '190/464', '190/467', '190/492'],
    category: 'reconnect_required',
  },
  { name: 'session invalidated', message: /session has been invalidated/i, category: 'reconnect_required' },
  { name: 'permission missing', code: PERMISSION_CODES, category: 'scope_missing' },
  { name: 'app limit', code: '4', category: 'rate_limited', limitOf: 'app' },
  { name: 'user, page, custom or business limit', code: ['17', '32', '613', '80001', '80002'], category: 'rate_limited' },
  { name: 'posting limit of the app', code: '341', category: 'rate_limited', limitOf: 'app' },
  { name: 'blocked for policies', code: '368', category: 'account_restricted' },
  { name: 'unknown or temporary error', code: ['1', '2'], category: 'transient' },
  { name: 'upload that broke off', code: ['OffsetInvalidError', 'PartialRequestError'], category: 'transient' },
  { name: 'upload that cannot be used', code: 'ProcessingFailedError', category: 'media_rejected' },
  { name: 'invalid link', code: '1609005', category: 'content_rejected' },
  { name: 'duplicate', code: '506', category: 'duplicate' },
];

const MARKED: ErrorRule = { name: 'marked as transient', message: /\[is_transient\]$/, category: 'transient' };

/** A table of refusals in the Graph API's shape. */
export interface GraphErrorTable extends ErrorTable {
  /** The rule for a bare subcode, which is all that some states of failure tell. */
  ruleOfSubcode(subcode: string): ErrorRule | undefined;
}

/**
 * A platform's own rules and those of all of Meta. Codes are `code/subcode`, or `code` for every other subcode; `*` stands for a code that
 * is not documented. Errors are told apart by code and subcode, not by the HTTP status, which is 400 for most.
 */
export function graphErrors(own: readonly ErrorRule[]): GraphErrorTable {
  const rules = [...own, ...COMMON_RULES, MARKED];
  const known: ReadonlySet<string> = new Set(rules.flatMap(({ code = [] }) => code));
  return {
    rules,
    describe: (body) => describeGraph(body, known) ?? describeLogin(body) ?? describeUpload(body),
    until: (response, nowMs) => {
      const minutes = regainMinutes(response);
      return minutes === undefined ? retryAfterMs(response, nowMs) : clampInstant(nowMs + minutes * 60_000, nowMs);
    },
    ruleOfSubcode: (subcode) => rules.find(({ code = [] }) => [code].flat().some((name) => name.endsWith(`/${subcode}`))),
  };
}

/** The most exact of the table's names for an error; the plain code for what the table does not know. */
function nameOf(code: string, subcode: string | undefined, known: ReadonlySet<string>): string {
  const candidates = [`${code}/${subcode}`, `*/${subcode}`];
  return candidates.find((candidate) => known.has(candidate)) ?? code;
}

function describeGraph(body: unknown, known: ReadonlySet<string>): { code: string; message: string } | undefined {
  const parsed = graphErrorSchema.safeParse(body);
  if (!parsed.success) return undefined;
  const { code, error_subcode: subcode, message, error_user_msg: forUsers, is_transient: isTransient } = parsed.data.error;
  const name = nameOf(String(code), subcode?.toString(), known);
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

function describeUpload(body: unknown): { code: string; message: string } | undefined {
  const parsed = uploadErrorSchema.safeParse(body);
  if (!parsed.success) return undefined;
  const { type, message, retriable } = parsed.data.debug_info;
  // What may be tried again is no word about the file, whatever its type.
  return { code: retriable && type === 'ProcessingFailedError' ? 'PartialRequestError' : type, message };
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
