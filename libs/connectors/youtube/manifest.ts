import type { AccountFacts } from '@plaza/contracts';
import type { Budget, Content, Manifest, MediaFacts, MediaLimit, Violation } from '../kit/index.ts';
import { optionsSchema } from './schemas.ts';

const MIB = 1024 * 1024;
const MINUTE_MS = 60_000;
const MAX_TAG_CHARACTERS = 500;
const read = '2026-11-22';
const SCOPE = 'https://www.googleapis.com/auth';

/** Whoever has it may do all but comments. */
export const FULL_SCOPE = `${SCOPE}/youtube`;
export const PUBLISH_SCOPES = [`${SCOPE}/youtube.upload`, `${SCOPE}/youtube.readonly`];
const COMMENT_SCOPE = `${SCOPE}/youtube.force-ssl`;
const PLAYLIST_SCOPES = [FULL_SCOPE, COMMENT_SCOPE];

export const THUMBNAIL_LIMITS: Readonly<Record<'image', MediaLimit>> = { image: { mimeTypes: ['image/jpeg', 'image/png'], maxBytes: 50 * MIB, maxCount: 1 } };

/** Tags as YouTube counts them: a comma between two, and quotation marks around one with a space. */
export function tagCharacters(tags: readonly string[]): number {
  return tags.reduce((sum, tag) => sum + tag.length + (tag.includes(' ') ? 2 : 0), 0) + Math.max(0, tags.length - 1);
}

/** Either scope lets a video be put into a playlist; an account whose scopes are not known is refused nothing. */
function checkPlaylist(playlistId: string | undefined, account: AccountFacts | null): Violation[] {
  const granted = account?.scopes ?? [];
  if (playlistId === undefined || granted.length === 0 || PLAYLIST_SCOPES.some((scope) => granted.includes(scope))) return [];
  const message = `The account was connected without ${PLAYLIST_SCOPES.join(' or ')}: connect it again with the capability delete or comments.`;
  return [{ rule: 'scope_missing', message, path: 'platformSpecificData.playlistId' }];
}

function check({ text, options }: Content, media: readonly MediaFacts[], account: AccountFacts | null): Violation[] {
  const { tags = [], firstComment, madeForKids, playlistId } = optionsSchema.parse(options);
  const violations = checkPlaylist(playlistId, account);
  if (/[<>]/.test(text)) violations.push({ rule: 'option_invalid', message: 'The description of a video may not hold < or >.', path: 'content' });
  const actual = tagCharacters(tags);
  if (actual > MAX_TAG_CHARACTERS) {
    violations.push({ rule: 'option_invalid', message: `The tags have ${actual} characters together; ${MAX_TAG_CHARACTERS} are allowed.`, limit: MAX_TAG_CHARACTERS, actual, path: 'platformSpecificData.tags' });
  }
  if (firstComment !== undefined && madeForKids === true) {
    violations.push({ rule: 'option_invalid', message: 'A video made for children has no comments.', path: 'platformSpecificData.firstComment' });
  }
  if (media[0]?.sizeBytes === 0) violations.push({ rule: 'media_type', message: 'The file is empty.', path: 'mediaItems[0]' });
  return violations;
}

const docs = 'developers.google.com/youtube/v3';

/** A write is 50 units. A video: ten looks at its state and a thumbnail, and one more write for its place in a playlist; then a comment. */
const unitsOf: Budget['cost'] = (part, { options }) => {
  if (part > 0) return 50;
  return options['playlistId'] === undefined ? 60 : 110;
};

export const manifest: Manifest = {
  platform: 'youtube',
  displayName: 'YouTube',
  status: 'beta',
  hosts: { accounts: 'https://accounts.google.com', oauth: 'https://oauth2.googleapis.com', api: 'https://www.googleapis.com', analytics: 'https://youtubeanalytics.googleapis.com', web: 'https://www.youtube.com' },
  auth: {
    oauth: {
      scopes: { publish: PUBLISH_SCOPES, comments: [COMMENT_SCOPE], analytics: [`${SCOPE}/yt-analytics.readonly`], delete: [FULL_SCOPE] },
      pkce: 'S256',
      refreshAheadMs: 10 * MINUTE_MS,
      rotatesRefreshToken: false,
      canVerifyApp: false,
      setup: [
        'At https://console.cloud.google.com make a project and enable *YouTube Data API v3* in it, and *YouTube Analytics API* for shares.',
        'Fill in the *OAuth consent screen* for external users, with these scopes: {scopes}. While its status is *Testing*, Google ends every connection after 7 days: publish it.',
        'Under *Credentials* make an *OAuth client ID* of type *Web application* with the authorized redirect URI `{callbackUrl}`, exactly.',
        'Take *Client ID* and *Client secret*. The project has 100 uploads and 10,000 quota units a day; more are asked for in the console.',
      ],
    },
  },
  features: {
    text: 'The API of YouTube cannot make community posts.',
    image: 'The API of YouTube cannot make community posts with images.',
    images: 'The API of YouTube cannot make community posts with images.',
    video: true,
    gif: 'YouTube takes videos only.',
    document: 'YouTube takes videos only.',
    thread: 'YouTube has no threads.',
    story: 'YouTube has no stories.',
    short_video: 'YouTube makes a Short of a short upright video by itself; the API has no word for it.',
    link_card: 'A video has no link card; links stand in its description.',
    poll: 'The API of YouTube cannot make polls.',
    first_comment: true,
    alt_text: 'Videos on YouTube have no alt text.',
    content_warning: 'The API cannot restrict a video by age; containsSyntheticMedia declares altered or generated scenes.',
    visibility: true,
    cover: true,
    platform_draft: 'The API of YouTube has no drafts; a private video comes nearest.',
    selection: true,
    refresh: true,
    revoke: true,
    lookup: true,
    delete: true,
    analytics: true,
  },
  protection: { class: 'C', settleMs: 2 * MINUTE_MS },
  submitDeadlineMs: 3 * MINUTE_MS,
  limits: {
    text: [{ unit: 'bytes', max: 5000, count: (text) => Buffer.byteLength(text) }],
    textRequired: 'never',
    mediaRequired: true,
    maxMedia: 1,
    exclusive: ['video'],
    media: {
      video: {
        mimeTypes: ['video/mp4', 'video/quicktime', 'video/webm', 'video/x-matroska', 'video/x-msvideo', 'video/mpeg', 'video/3gpp', 'video/x-flv', 'video/x-ms-wmv'],
        maxBytes: 256 * 1024 * MIB,
        maxCount: 1,
        maxDurationMs: 12 * 60 * MINUTE_MS,
      },
    },
  },
  budgets: [
    { unit: 'uploads', of: 'app', max: 100, window: { kind: 'day', timeZone: 'America/Los_Angeles' }, cost: (part) => (part === 0 ? 1 : 0) },
    { unit: 'quota units', of: 'app', max: 10_000, window: { kind: 'day', timeZone: 'America/Los_Angeles' }, cost: unitsOf },
  ],
  options: optionsSchema,
  needs: ({ options }) => (options['firstComment'] === undefined ? [] : [{ capability: 'comments', path: 'platformSpecificData.firstComment' }]),
  check,
  sources: [
    { fact: 'shares by video, counted two or three days late', source: 'developers.google.com/youtube/analytics/reference/reports/query', read },
    { fact: 'resumable upload: session, chunks, status query, repeated final answer, expiry', source: `${docs}/guides/using_resumable_upload_protocol`, read },
    { fact: 'methods, scopes, fields, sizes of videos and thumbnails', source: 'YouTube Data API v3 discovery document, revision 20260924', read },
    { fact: '100 uploads and 10,000 units a day, reset at midnight Pacific time', source: 'developers.google.com/youtube/data/determine_quota_cost', read },
    { fact: 'access_type, prompt, granular consent, life of refresh tokens, revocation', source: 'developers.google.com/identity/protocols/oauth2/web-server', read },
    { fact: 'errors', source: `${docs}/docs/errors; ${docs}/docs/videos/insert; ${docs}/docs/thumbnails/set; ${docs}/docs/commentThreads/insert`, read },
    { fact: 'uploads of unverified projects are not forced to private any more', source: `${docs}/revision_history, 2026-11-02`, read },
    { fact: 'title, description and tags: limits and counting', source: `${docs}/docs/videos`, read },
    { fact: 'a comment has at most 10,000 characters', source: 'PostPeer API, YouTubeConfigurations.firstComment', read },
    { fact: '12 hours for verified channels; YouTube refuses more than 15 minutes of others', source: 'YouTube Help; a guess as to the exact figures', read },
    { fact: 'containers that YouTube takes, by their MIME types', source: 'YouTube Help, supported file formats; the API says video/*', read },
    { fact: 'where a consent reaches several channels, uploads go to its default one', source: 'a guess: the API has no parameter for it but for content partners', read },
    { fact: 'PKCE is taken for web clients', source: 'a guess; Google documents it for installed apps', read },
    { fact: '60 units for a video beside its upload: ten looks at its state and a thumbnail', source: 'own choice', read },
    { fact: 'late commits: no figure is documented; two minutes are our own choice', source: 'own choice', read },
  ],
};
