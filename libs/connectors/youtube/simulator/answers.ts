import type { SimulatedResponse } from '../../kit/simulator.ts';
import { json } from '../../kit/simulation/index.ts';

/** The error of Google's APIs. */
export function apiError(code: number, reason: string, message: string, more: { readonly domain?: string; readonly status?: string } = {}): SimulatedResponse {
  const { domain = 'youtube.api', status } = more;
  return json(code, { error: { code, message, errors: [{ message, domain, reason }], ...(status === undefined ? {} : { status }) } });
}

const refused =
  (code: number, reason: string, message: string, more: { readonly domain?: string; readonly status?: string } = {}) =>
  (): SimulatedResponse =>
    apiError(code, reason, message, more);

const PER_DAY = "Quota exceeded for quota metric 'Video Uploads' and limit 'Video Uploads per day' of service 'youtube.googleapis.com' for consumer 'project_number:1'.";

/** Documented and observed refusals by name. */
export const REFUSALS = {
  quota_exceeded: refused(403, 'quotaExceeded', 'The request cannot be completed because you have exceeded your quota.', { domain: 'youtube.quota' }),
  daily_limit: refused(403, 'dailyLimitExceeded', 'Daily Limit Exceeded', { domain: 'usageLimits' }),
  uploads_per_day: refused(429, 'rateLimitExceeded', PER_DAY, { domain: 'global', status: 'RESOURCE_EXHAUSTED' }),
  upload_limit: refused(400, 'uploadLimitExceeded', 'The user has exceeded the number of videos they may upload.', { domain: 'youtube.video' }),
  rate_limit: refused(429, 'rateLimitExceeded', 'The request cannot be completed at this rate.', { domain: 'usageLimits' }),
  thumbnail_rate_limit: refused(429, 'uploadRateLimitExceeded', 'The channel has uploaded too many thumbnails recently.', { domain: 'youtube.thumbnail' }),
  invalid_credentials: refused(401, 'authError', 'Invalid Credentials', { domain: 'global', status: 'UNAUTHENTICATED' }),
  no_channel: refused(401, 'youtubeSignupRequired', 'Unauthorized', { domain: 'youtube.header' }),
  account_suspended: refused(403, 'authenticatedUserAccountSuspended', 'The account of the authenticated user is suspended.', { domain: 'youtube.common' }),
  channel_closed: refused(403, 'channelClosed', 'The channel has been closed.', { domain: 'youtube.common' }),
  scope_missing: refused(403, 'insufficientPermissions', 'Request had insufficient authentication scopes.', { domain: 'global', status: 'PERMISSION_DENIED' }),
  api_not_enabled: refused(403, 'accessNotConfigured', 'YouTube Data API v3 has not been used in project 1 before or it is disabled.', { domain: 'usageLimits' }),
  forbidden: refused(403, 'forbidden', 'Access forbidden. The request may not be properly authorized.', { domain: 'youtube.common' }),
  invalid_title: refused(400, 'invalidTitle', 'The request metadata specifies an invalid or empty video title.', { domain: 'youtube.video' }),
  invalid_description: refused(400, 'invalidDescription', 'The request metadata specifies an invalid video description.', { domain: 'youtube.video' }),
  invalid_tags: refused(400, 'invalidTags', 'The request metadata specifies invalid video keywords.', { domain: 'youtube.video' }),
  invalid_category: refused(400, 'invalidCategoryId', 'The snippet.categoryId property specifies an invalid category ID.', { domain: 'youtube.video' }),
  invalid_metadata: refused(400, 'invalidVideoMetadata', 'The request metadata is invalid.', { domain: 'youtube.video' }),
  privacy_forbidden: refused(403, 'forbiddenPrivacySetting', 'The request attempts to set an invalid privacy setting for the video.', { domain: 'youtube.video' }),
  media_required: refused(400, 'mediaBodyRequired', 'The request does not include the video content.', { domain: 'youtube.video' }),
  thumbnail_forbidden: refused(403, 'forbidden', 'The authenticated user doesn’t have permissions to upload and set custom video thumbnails.', { domain: 'youtube.thumbnail' }),
  image_format: refused(400, 'imageFormatUnsupported', 'The image content is not of a supported format.', { domain: 'youtube.thumbnail' }),
  comments_disabled: refused(403, 'commentsDisabled', 'The video identified by the videoId parameter has disabled comments.', { domain: 'youtube.commentThread' }),
  comment_too_long: refused(400, 'commentTextTooLong', 'The comment is too long.', { domain: 'youtube.commentThread' }),
  comment_required: refused(400, 'commentTextRequired', 'The comment has no text.', { domain: 'youtube.commentThread' }),
  video_not_found: refused(404, 'videoNotFound', 'The video cannot be found.', { domain: 'youtube.video' }),
  playlist_not_found: refused(404, 'playlistNotFound', 'The playlist cannot be found.', { domain: 'youtube.playlistItem' }),
} satisfies Readonly<Record<string, () => SimulatedResponse>>;

/** A list answer. */
export function list(kind: string, items: readonly unknown[], more: { readonly nextPageToken?: string } = {}): SimulatedResponse {
  return json(200, { kind, etag: 'etag', ...more, pageInfo: { totalResults: items.length, resultsPerPage: items.length }, items });
}
