/**
 * The closed catalogue of errors: status, the code of the snake_case dialect (routes that Post-EZ defines) and a text for people.
 * Codes never change and are never re-used; texts may change.
 */
export const ERRORS = {
  'request.invalid': [400, 'invalid_request', 'The request does not match its schema; details lists every problem with its path.'],
  'request.malformed_json': [400, 'invalid_request', 'The body is not valid JSON in UTF-8.'],
  'request.two_keys': [400, 'invalid_request', 'x-access-key and Authorization carry different keys; send one.'],
  'request.too_large': [413, 'payload_too_large', 'The body is larger than this route takes.'],
  'request.unsupported_type': [415, 'unsupported_media_type', 'The body must be application/json.'],
  'request.timeout': [408, 'request_timeout', 'The request did not arrive in time.'],
  'key.invalid': [401, 'unauthorized', 'The API key is missing, malformed, unknown, revoked or expired.'],
  'key.scope_missing': [403, 'forbidden', 'The API key lacks the scope that this route needs.'],
  'key.scope_not_held': [403, 'forbidden', 'A key can only give away scopes that it holds itself.'],
  'key.not_found': [404, 'not_found', 'There is no such key.'],
  'rate.limited': [429, 'rate_limited', 'Too many requests with this key; wait as Retry-After says.'],
  'rate.too_many_failures': [429, 'rate_limited', 'Too many requests with invalid keys from this address; wait as Retry-After says.'],
  'route.not_found': [404, 'not_found', 'There is no such route.'],
  'route.method_not_allowed': [405, 'method_not_allowed', 'The route does not take this method.'],
  'project.not_found': [404, 'not_found', 'There is no such project.'],
  'app.not_found': [404, 'not_found', 'There is no such OAuth app.'],
  'app.platform_fixed': [400, 'invalid_request', 'The platform of an app cannot change: refresh tokens are tied to the client id that issued them. Create a new app and reconnect.'],
  'app.client_id_fixed': [400, 'invalid_request', 'The client id of an app cannot change: refresh tokens are tied to the client id that issued them. Create a new app and reconnect.'],
  'app.platform_unsupported': [400, 'invalid_request', 'Accounts of this platform are not connected through an OAuth app.'],
  'app.exists': [409, 'conflict', 'An app with this client id is registered for the platform already.'],
  'app.in_use': [409, 'conflict', 'Accounts are still connected through this app; disconnect them first.'],
  'app.verify_unsupported': [409, 'conflict', 'The platform has no way to try an app without a user.'],
  'app.managed_missing': [404, 'not_found', 'The operator has no app for this platform; give the appId of your own.'],
  'app.platform_mismatch': [400, 'invalid_request', 'The app belongs to another platform.'],
  'app.instance_unknown': [404, 'not_found', 'No app is registered at this server yet.'],
  'platform.unavailable': [400, 'invalid_request', 'This Plaza cannot connect accounts of this platform yet.'],
  'profile.not_found': [404, 'not_found', 'There is no such profile.'],
  'integration.not_found': [404, 'not_found', 'There is no such integration.'],
  'integration.account_in_profile': [409, 'conflict', 'The account is connected in that profile already.'],
  'connect.redirect_refused': [400, 'invalid_request', 'The redirect target must be https (or http on loopback), without user info and fragment, and on the allow-list when the project has one.'],
  'connect.session_invalid': [400, 'invalid_request', 'The connect session is unknown, used or expired; start again.'],
  'connect.link_invalid': [404, 'not_found', 'The link is not valid, or the account needs no reconnection any more.'],
  'connect.account_mismatch': [400, 'invalid_request', 'Another account was connected than the one that the link is for.'],
  'connect.token_in_url': [400, 'invalid_request', 'A callback must not carry a token in its URL.'],
  'connect.issuer_mismatch': [400, 'invalid_request', 'The callback names another issuer than the one that was asked.'],
  'connect.denied': [400, 'access_denied', 'The user or the platform refused the connection.'],
  'connect.scope_refused': [400, 'invalid_scope', 'The platform does not let this app ask for one of the scopes. Have the scope approved, or name fewer capabilities.'],
  'connect.capability_unknown': [400, 'invalid_request', 'The platform has no such capability, or no such login.'],
  'connect.instance_invalid': [400, 'invalid_request', 'instance must name the server of the account, for example mastodon.social; other platforms take none.'],
  'connect.selection_invalid': [404, 'not_found', 'The selection is unknown, used or expired; start again.'],
  'connect.selection_unknown': [400, 'invalid_request', 'An account was selected that the consent does not reach.'],
  'connect.app_credentials': [400, 'invalid_client', 'The platform refused the client id or the client secret of the app.'],
  'connect.account_unsupported': [400, 'invalid_request', 'This kind of account cannot be connected.'],
  'connect.credentials_refused': [401, 'credentials_refused', 'The platform refused the credentials.'],
  'connect.credentials_not_taken': [400, 'invalid_request', 'Accounts of this platform are connected through OAuth, not with supplied credentials.'],
  'connect.oauth_not_taken': [400, 'invalid_request', 'Accounts of this platform are connected with supplied credentials, not through OAuth.'],
  'connect.platform_failed': [502, 'upstream_error', 'The platform did not answer as documented; try again.'],
  'media.not_found': [404, 'not_found', 'There is no such file, or it was deleted.'],
  'media.upload_invalid': [404, 'not_found', 'The upload is unknown or expired, or its address was changed.'],
  'media.uploaded_before': [409, 'conflict', 'The file was uploaded already; ask for another upload.'],
  'media.type_mismatch': [415, 'unsupported_media_type', 'The upload was asked for with another Content-Type.'],
  'media.size_mismatch': [400, 'invalid_request', 'The file has another size than the upload was asked for with.'],
  'media.checksum_mismatch': [400, 'invalid_request', 'The bytes are others than those whose SHA-256 the upload was asked for with.'],
  'media.too_large': [413, 'payload_too_large', 'The file is larger than this Plaza takes.'],
  'media.store_missing': [503, 'unavailable', 'The operator has set up no place for uploads.'],
  'analytics.range_invalid': [400, 'invalid_request', 'fromDate must not be after toDate, and at most 366 days may lie between them.'],
  'analytics.account_missing': [400, 'invalid_request', 'source=platform needs postId and accountId: what a platform knows alone is read post by post.'],
  'analytics.failed': [502, 'upstream_error', 'The platform did not tell the metrics.'],
  'analytics.unsupported': [409, 'conflict', 'The platform tells no metrics of posts.'],
  'reading.failed': [502, 'upstream_error', 'The platform did not answer what it was asked for.'],
  'post.not_found': [404, 'not_found', 'There is no such post.'],
  'post.target_not_found': [404, 'not_found', 'The post has no such target.'],
  'post.not_scheduled': [409, 'conflict', 'The post is no longer scheduled.'],
  'post.in_flight': [409, 'conflict', 'The post is being published; wait until every target has ended.'],
  'post.nothing_to_retry': [409, 'conflict', 'No target of the post is certain not to have been published.'],
  'post.not_unconfirmed': [409, 'conflict', 'The target is not unconfirmed.'],
  'post.content_refused': [422, 'content_refused', 'A platform would refuse the post; details has one entry for each target.'],
  'post.time_conflict': [400, 'invalid_request', 'scheduledFor and timezone disagree; details shows both readings.'],
  'post.time_nonexistent': [400, 'invalid_request', 'This local time does not exist in the time zone: clocks are put forward over it.'],
  'post.time_invalid': [400, 'invalid_request', 'scheduledFor is not a time that can be scheduled: it must lie between a day ago and ten years ahead.'],
  'post.timezone_unknown': [400, 'invalid_request', 'timezone is not a time zone of the IANA database.'],
  'post.modes_conflict': [400, 'invalid_request', 'Give at most one of publishNow, scheduledFor and draft.'],
  'post.account_unknown': [422, 'account_unknown', 'There is no such connected account.'],
  'post.account_platform': [422, 'account_platform', 'The account belongs to another platform.'],
  'post.account_disconnected': [422, 'account_disconnected', 'The account is disconnected.'],
  'post.account_twice': [422, 'account_twice', 'The account is named twice.'],
  'post.account_mode': [422, 'account_mode', 'A test key reaches accounts of the sandbox only, a live key those of the platforms only.'],
  'post.media_unreachable': [422, 'media_unreachable', 'A media URL cannot be fetched.'],
  'idempotency.body_differs': [422, 'idempotency_conflict', 'The idempotency key was used with another request.'],
  'idempotency.in_flight': [409, 'conflict', 'The first request with this idempotency key is still at work; ask again as Retry-After says.'],
  'idempotency.answer_lost': [409, 'conflict', 'The first request with this idempotency key was carried out, but its answer was lost; list the resource instead of repeating.'],
  'internal.identity_required': [401, 'unauthorized', 'Inner routes take a signed identity only.'],
  'internal.error': [500, 'query_failed', 'Plaza failed. The request id finds the reason in the log.'],
  'internal.unavailable': [503, 'unavailable', 'Plaza cannot reach its database or an inner service; try again as Retry-After says.'],
} as const satisfies Record<string, readonly [status: number, snakeCode: string, message: string]>;

export type ErrorCode = keyof typeof ERRORS;
export const ERROR_CODES = Object.keys(ERRORS) as ErrorCode[];

/** An expected failure: a code of the catalogue, perhaps details, perhaps a text that fits better than the catalogue's. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  /** JSON for the caller; never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** For 409, 429 and 503: seconds to wait. */
  readonly retryAfterSeconds?: number;
}

/** Makes a failure of the catalogue. */
export function failure(code: ErrorCode, more: Partial<Omit<Failure, 'code'>> = {}): Failure {
  return { code, message: ERRORS[code][2], ...more };
}

/** HTTP status of a code. */
export function statusOf(code: ErrorCode): number {
  return ERRORS[code][0];
}

/** How errors are written: `plaza` under `/v1`, `snake` on the routes that Post-EZ defines. */
export type ErrorDialect = 'plaza' | 'snake';

/** The body of an error answer. The `plaza` shape holds both fields that PostPeer's clients read: `message` and `error`. */
export function errorBody(dialect: ErrorDialect, problem: Failure, requestId: string): Record<string, unknown> {
  if (dialect === 'snake') return { ok: false, error: ERRORS[problem.code][1], message: problem.message, request_id: requestId };
  const body = { success: false, code: problem.code, message: problem.message, error: problem.message, requestId };
  return problem.details === undefined ? body : { ...body, details: problem.details };
}
