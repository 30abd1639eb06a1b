import type { AccountFacts } from '@plaza/contracts';
import type { Content, Manifest, MediaFacts, Violation } from '../kit/index.ts';
import { isOrganization } from './author.ts';
import { optionsSchema, type LinkedInOptions } from './schemas.ts';
import { countOf } from './text.ts';

const MIB = 1024 * 1024;
const MINUTE_MS = 60_000;
const DAY = { kind: 'day', timeZone: 'UTC' } as const;
const MOST_PIXELS = 36_152_320;
const SMALLEST_VIDEO_BYTES = 75 * 1024;
const PICTURE_TYPES = ['image/jpeg', 'image/png'];

/** Covers of videos and pictures on cards. */
export const PICTURE_LIMITS = { image: { mimeTypes: PICTURE_TYPES, maxBytes: 20 * MIB, maxCount: 1 } } as const;

const invalid = (option: string, message: string): Violation => ({ rule: 'option_invalid', message, path: `platformSpecificData.${option}` });

function checkMentions({ mentions = [] }: LinkedInOptions, text: string): Violation[] {
  const places = mentions.map((mention) => ({ start: text.indexOf(mention.text), end: text.indexOf(mention.text) + mention.text.length }));
  return mentions.flatMap((mention, index) => {
    const count = countOf(text, mention.text);
    if (count !== 1) return [invalid(`mentions[${index}].text`, `It stands ${count} times in the content; it has to stand there once.`)];
    const isOverlapped = places.some((other, place) => place < index && other.start >= 0 && other.start < (places[index]?.end ?? 0) && (places[index]?.start ?? 0) < other.end);
    return isOverlapped ? [invalid(`mentions[${index}].text`, 'It overlaps with another mention.')] : [];
  });
}

function checkArticle(options: LinkedInOptions, media: readonly MediaFacts[]): Violation[] {
  if (options.articleUrl === undefined) {
    const lonely = (['articleTitle', 'articleDescription', 'articleThumbnailUrl'] as const).filter((name) => options[name] !== undefined);
    return lonely.map((name) => invalid(name, 'It belongs to an articleUrl.'));
  }
  return media.length > 0 ? [invalid('articleUrl', 'A post has either media or the card of a link.')] : [];
}

function checkMedia({ altText = [], documentTitle }: LinkedInOptions, media: readonly MediaFacts[]): Violation[] {
  const hasDocument = media.some(({ type }) => type === 'document');
  const described = altText.flatMap((text, index) => {
    const type = media[index]?.type;
    return text === '' || type === 'image' || type === 'gif' ? [] : [invalid(`altText[${index}]`, 'Only pictures have an alt text.')];
  });
  const titles = hasDocument === (documentTitle !== undefined) ? [] : [invalid('documentTitle', hasDocument ? 'LinkedIn requires a title for a document.' : 'Only documents have a title.')];
  const files = media.flatMap(({ type, width, height, sizeBytes }, index): Violation[] => {
    const path = `mediaItems[${index}]`;
    const pixels = type === 'image' || type === 'gif' ? (width ?? 0) * (height ?? 0) : 0;
    if (pixels >= MOST_PIXELS) return [{ rule: 'media_dimensions', message: `The picture has ${pixels} pixels; fewer than ${MOST_PIXELS} are allowed.`, limit: MOST_PIXELS, actual: pixels, path }];
    if (type !== 'video' || sizeBytes >= SMALLEST_VIDEO_BYTES) return [];
    return [{ rule: 'media_too_small', message: `The video has ${sizeBytes} bytes; at least ${SMALLEST_VIDEO_BYTES} are required.`, limit: SMALLEST_VIDEO_BYTES, actual: sizeBytes, path }];
  });
  return [...described, ...titles, ...files];
}

function check({ text, options: given }: Content, media: readonly MediaFacts[], account: AccountFacts | null): readonly Violation[] {
  const options = optionsSchema.parse(given);
  const violations = [...checkMentions(options, text), ...checkArticle(options, media), ...checkMedia(options, media)];
  if (options.poll !== undefined && (media.length > 0 || options.articleUrl !== undefined)) violations.push(invalid('poll', 'A poll stands without media and without the card of a link.'));
  if (options.visibility === 'CONNECTIONS' && account !== null && isOrganization(account)) violations.push(invalid('visibility', 'An organization has no connections.'));
  if (text.trim() === '' && media.length === 0 && options.articleUrl === undefined && options.poll === undefined) {
    violations.push({ rule: 'text_required', message: 'A text, a link, a poll or media are required.', path: 'content' });
  }
  return violations;
}

const read = '2026-11-22';
const learn = 'learn.microsoft.com/linkedin';
const shares = `${learn}/marketing/community-management/shares`;
const MEMBER_SCOPES = ['openid', 'profile', 'w_member_social'];
const callback = 'Under *Auth* enter the redirect URL `{callbackUrl}`, exactly, and take *Client ID* and *Primary Client Secret* from there.';

export const manifest: Manifest = {
  platform: 'linkedin',
  displayName: 'LinkedIn',
  status: 'beta',
  hosts: { web: 'https://www.linkedin.com', api: 'https://api.linkedin.com' },
  auth: {
    oauth: {
      scopes: {
        publish: MEMBER_SCOPES,
        organizations: ['rw_organization_admin', 'w_organization_social', 'r_organization_social'],
        analytics: ['r_member_postAnalytics'],
      },
      logins: {
        member: {
          displayName: 'an app that posts for members only',
          scopes: { publish: MEMBER_SCOPES },
          setup: [
            'At https://www.linkedin.com/developers/apps make an app and add the products *Share on LinkedIn* and *Sign In with LinkedIn using OpenID Connect*; both are given at once.',
            callback,
            'Connections of such an app last 60 days and are not renewed; LinkedIn renews those of approved partners only.',
          ],
        },
      },
      pkce: 'none',
      refreshAheadMs: 7 * 24 * 60 * MINUTE_MS,
      rotatesRefreshToken: false,
      refreshTokens: 'of_some_apps',
      canVerifyApp: false,
      setup: [
        'At https://www.linkedin.com/developers/apps make an app, have it verified by its company page, and add the products *Sign In with LinkedIn using OpenID Connect* and *Community Management API*. The latter has to be approved by LinkedIn.',
        callback,
        'These permissions are asked for: {scopes}. Without the Community Management API connect with `login=member`.',
        'Ask LinkedIn for programmatic refresh tokens. Without them connections end after 60 days and have to be made anew.',
      ],
    },
  },
  features: {
    text: true,
    image: true,
    images: true,
    video: true,
    gif: true,
    document: true,
    thread: 'LinkedIn has no threads of posts.',
    story: 'LinkedIn has given up stories.',
    short_video: 'LinkedIn has no format of its own for short videos.',
    link_card: true,
    poll: true,
    first_comment: true,
    alt_text: true,
    content_warning: 'The API of LinkedIn cannot mark posts as sensitive.',
    visibility: true,
    cover: true,
    platform_draft: 'Drafts that the API makes cannot be seen on LinkedIn.',
    selection: true,
    refresh: true,
    revoke: 'A member and their organizations share one grant, which ending one of them would end for all.',
    lookup: true,
    delete: true,
    analytics: true,
  },
  protection: { class: 'D', settleMs: 2 * MINUTE_MS, exception: 'The posts of a member cannot be read by apps: when the answer to one is lost, a person is asked. What organizations post is looked for.' },
  submitDeadlineMs: MINUTE_MS,
  limits: {
    text: [{ unit: 'characters', max: 3000, count: (text) => text.length }],
    textRequired: 'never',
    mediaRequired: false,
    maxMedia: 20,
    exclusive: ['gif', 'video', 'document'],
    media: {
      image: { mimeTypes: PICTURE_TYPES, maxBytes: 20 * MIB, maxCount: 20 },
      gif: { mimeTypes: ['image/gif'], maxBytes: 20 * MIB, maxCount: 1 },
      video: { mimeTypes: ['video/mp4'], maxBytes: 500 * MIB, maxCount: 1, minDurationMs: 3000, maxDurationMs: 30 * MINUTE_MS, minAspect: 1 / 2.4, maxAspect: 2.4 },
      document: { mimeTypes: ['application/pdf'], maxBytes: 100 * MIB, maxCount: 1 },
    },
  },
  budgets: [
    { unit: 'posts', of: 'account', max: 150, window: DAY, cost: (part) => (part === 0 ? 1 : 0) },
    { unit: 'posts of all accounts', of: 'app', max: 100_000, window: DAY, cost: (part) => (part === 0 ? 1 : 0) },
  ],
  options: optionsSchema,
  check,
  sources: [
    { fact: 'authorization, tokens of 60 days, words of refusals', source: `${learn}/shared/authentication/authorization-code-flow`, read },
    { fact: 'refresh tokens of a year for approved partners, not rotated', source: `${learn}/shared/authentication/programmatic-refresh-tokens`, read },
    { fact: 'versions and their headers', source: `${learn}/marketing/versioning`, read },
    { fact: 'posts, their content, list by author, deletion', source: `${shares}/posts-api`, read },
    { fact: 'little text: reserved characters, mentions, hashtags', source: `${shares}/little-text-format`, read },
    { fact: 'pictures: initializeUpload, status, fewer than 36,152,320 pixels', source: `${shares}/images-api`, read },
    { fact: 'videos: parts with ETags, finalizeUpload, MP4 of 75 KB to 500 MB and 3 seconds to 30 minutes', source: `${shares}/videos-api`, read },
    { fact: 'the aspect of videos between 1:2.4 and 2.4:1', source: "other services' lists of limits; not in LinkedIn's documentation", read },
    { fact: 'the thumbnail of a video goes without a token, as media-type-family STILLIMAGE', source: `${shares}/videos-api; the header from memory of its samples`, read },
    { fact: 'documents to 100 MB; 300 pages, which are not counted here; other types than PDF are not taken by Plaza', source: `${shares}/documents-api`, read },
    { fact: '2 to 20 pictures in a post', source: `${shares}/multiimage-post-api`, read },
    { fact: 'polls of 2 to 4 options; 140 and 30 characters', source: `${shares}/poll-post-api; the lengths as in LinkedIn's composer`, read },
    { fact: 'comments; 1,250 characters', source: `${shares}/comments-api; the length as in LinkedIn's composer`, read },
    { fact: '3,000 characters; that they are counted in UTF-16 without mark-up is a guess on the safe side', source: `${shares}/posts-api`, read },
    { fact: 'a picture may have 20 MiB: no figure is documented', source: 'own choice', read },
    { fact: 'roles that may post, organizations of a member', source: `${learn}/marketing/community-management/organizations/organization-access-control`, read },
    { fact: '150 calls a member and 100,000 an app a day, until midnight UTC, for each resource', source: `${learn}/consumer/integrations/self-serve/share-on-linkedin; ${learn}/shared/api-guide/concepts/rate-limits`, read },
    { fact: 'apps in the development tier of Community Management have 500 calls a day, and 100 a member: LinkedIn refuses what exceeds it, and Plaza waits for midnight', source: `${learn}/marketing/increasing-access`, read },
    { fact: 'refusal of duplicates with the URN of the earlier post; for how long is not documented', source: `${shares}/posts-api; observed answers`, read },
    { fact: 'tokens of members may not read pictures and documents', source: "observed; connectors of others wait a while instead", read },
    { fact: 'figures of posts of organizations and of members', source: `${learn}/marketing/community-management/organizations/share-statistics; ${learn}/marketing/community-management/members/post-statistics`, read },
    { fact: 'late commits: no figure is documented; two minutes are our own choice', source: 'own choice', read },
  ],
};
