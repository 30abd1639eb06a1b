import type { Content, Manifest, MediaFacts, Violation } from '../kit/index.ts';
import type { Limits } from '../kit/manifest.ts';
import { optionsSchema, type ThreadItem } from './schemas.ts';
import { countCharacters, countLinks } from './text.ts';

const MIB = 1024 * 1024;
const DAY_MS = 24 * 3_600_000;
const MAX_CHARACTERS = 500;
const MAX_LINKS = 5;
const MAX_MEDIA = 20;

/** Images are scaled to widths of 320 to 1440, so their width is no limit. */
export const MEDIA_LIMITS: Limits['media'] = {
  image: { mimeTypes: ['image/jpeg', 'image/png'], maxBytes: 8 * MIB, maxCount: MAX_MEDIA, minAspect: 0.1, maxAspect: 10 },
  video: {
    mimeTypes: ['video/mp4', 'video/quicktime'],
    maxBytes: 1024 * MIB,
    maxCount: MAX_MEDIA,
    maxWidth: 1920,
    minAspect: 0.01,
    maxAspect: 10,
    minDurationMs: 1,
    maxDurationMs: 300_000,
    videoCodecs: ['avc', 'hevc'],
    audioCodecs: ['aac'],
    minFrameRate: 23,
    maxFrameRate: 60,
  },
};

const invalid = (option: string, message: string): Violation => ({ rule: 'option_invalid', message, path: `platformSpecificData.${option}` });

function checkLinks(text: string, attached: readonly string[], path: string): Violation[] {
  const actual = countLinks(text, attached);
  if (actual <= MAX_LINKS) return [];
  return [{ rule: 'text_too_long', message: `The post has ${actual} different links; ${MAX_LINKS} are allowed.`, limit: MAX_LINKS, actual, path }];
}

function checkItem(item: ThreadItem, path: string): Violation[] {
  const actual = countCharacters(item.content);
  const violations = checkLinks(item.content, [], `${path}.content`);
  if (actual > MAX_CHARACTERS) {
    violations.push({ rule: 'text_too_long', message: `The text has ${actual} characters; ${MAX_CHARACTERS} are allowed.`, limit: MAX_CHARACTERS, actual, path: `${path}.content` });
  }
  if (item.content === '' && item.mediaItems === undefined) violations.push({ rule: 'text_required', message: 'A text or media are required.', path: `${path}.content` });
  return violations;
}

function check(content: Content, media: readonly MediaFacts[]): readonly Violation[] {
  const { linkAttachment, poll, textAttachment, gif, ghostPost, spoilerMedia, threadItems = [] } = optionsSchema.parse(content.options);
  const violations = checkLinks(content.text, [linkAttachment, textAttachment?.link].filter((link) => link !== undefined), 'content');
  for (const [index, item] of threadItems.entries()) violations.push(...checkItem(item, `platformSpecificData.threadItems[${index}]`));
  const textOnly = { linkAttachment, poll, textAttachment, gif, ghostPost };
  if (media.length > 0) {
    for (const [name, value] of Object.entries(textOnly)) if (value !== undefined) violations.push(invalid(name, `${name} is for posts without media.`));
  }
  if (gif !== undefined && (poll ?? textAttachment) !== undefined) violations.push(invalid('gif', 'A GIF cannot be combined with a poll or an attached text.'));
  if (poll !== undefined && textAttachment !== undefined) violations.push(invalid('textAttachment', 'A poll cannot be combined with an attached text.'));
  const hasMedia = media.length > 0 || threadItems.some((item) => item.mediaItems !== undefined);
  if (spoilerMedia === true && !hasMedia) violations.push(invalid('spoilerMedia', 'There are no media to hide.'));
  return violations;
}

const read = '2026-11-22';
const docs = 'developers.facebook.com/docs/threads';

export const manifest: Manifest = {
  platform: 'threads',
  displayName: 'Threads',
  status: 'beta',
  hosts: { web: 'https://threads.net', graph: 'https://graph.threads.net' },
  auth: {
    oauth: {
      scopes: {
        publish: ['threads_basic', 'threads_content_publish'],
        comments: ['threads_read_replies'],
        analytics: ['threads_manage_insights'],
        delete: ['threads_delete'],
      },
      pkce: 'none',
      refreshAheadMs: 20 * DAY_MS,
      refreshMinAgeMs: DAY_MS,
      rotatesRefreshToken: false,
      canVerifyApp: false,
      setup: [
        'At https://developers.facebook.com make an app with the use case *Access the Threads API*.',
        'In the settings of the use case enter the redirect callback URL `{callbackUrl}`, exactly. It has to be https.',
        'Take *Threads app ID* and *Threads app secret* from *App settings*, *Basic*: they are not those of the Facebook app.',
        'Ask for advanced access to these permissions: {scopes}. Until it is given only accounts that are testers of the app can be connected.',
      ],
    },
  },
  features: {
    text: true,
    image: true,
    images: true,
    video: true,
    gif: 'Threads takes GIFs only by their number at a provider of GIFs, not as files: the option `gif`.',
    document: 'Threads takes no documents.',
    thread: true,
    story: 'Threads has no stories.',
    short_video: 'Threads has no format of its own for short videos.',
    link_card: true,
    poll: true,
    first_comment: 'A reply to an own post is the next post of a thread: use threadItems.',
    alt_text: true,
    content_warning: true,
    visibility: 'Threads has no visibility of a single post; replyControl says who may reply.',
    cover: 'Threads chooses the frame of a video itself.',
    platform_draft: 'The API of Threads has no drafts.',
    selection: 'A consent is for one account.',
    refresh: true,
    revoke: 'The Threads API has no call that ends a grant.',
    lookup: true,
    delete: true,
    analytics: true,
  },
  protection: { class: 'C', settleMs: 5 * 60_000 },
  submitDeadlineMs: 60_000,
  limits: {
    text: [{ unit: 'characters, emojis by their bytes', max: MAX_CHARACTERS, count: countCharacters }],
    textRequired: 'without_media',
    mediaRequired: false,
    maxMedia: MAX_MEDIA,
    exclusive: [],
    media: MEDIA_LIMITS,
  },
  budgets: [
    { unit: 'posts', of: 'account', max: 250, window: { kind: 'rolling', ms: DAY_MS }, cost: (part) => (part === 0 ? 1 : 0) },
    { unit: 'replies', of: 'account', max: 1000, window: { kind: 'rolling', ms: DAY_MS }, cost: (part) => (part === 0 ? 0 : 1) },
  ],
  options: optionsSchema,
  check,
  sources: [
    { fact: 'authorization, short and long tokens, refresh only after 24 hours', source: `${docs}/get-started/get-access-tokens-and-permissions`, read },
    { fact: 'GIFs, posts for a day, approval of replies, places, countries, sharing to Instagram; that the first two are for posts without media, and a GIF beside no poll, is a guess', source: `${docs}/reference/publishing`, read },
    { fact: 'containers, their parameters and states, publishing', source: `${docs}/posts, ${docs}/reference/publishing`, read },
    { fact: '500 characters with emojis by their UTF-8 bytes, 5 links, media limits, 250 posts, 1,000 replies', source: `${docs}/overview, ${docs}/posts`, read },
    { fact: 'names of the poll’s fields option_a to option_d', source: 'observed in clients; the reference says only "the options"', read },
    { fact: 'an option of a poll has 25 characters', source: 'as in Threads’ own composer; the API names no number', read },
    { fact: 'a reply needs no permission beyond publishing; the list of own replies needs threads_read_replies', source: `${docs}/reply-management; the first is inferred`, read },
    { fact: 'a thread has at most 25 posts', source: 'own choice; the API names no number', read },
    { fact: 'posts are always published in two steps, never by auto_publish_text: without a container an unknown outcome could not be settled', source: 'own choice', read },
    { fact: 'no end of a grant: there is no call to revoke it', source: 'none found in the documentation', read },
    { fact: 'deadline 60 s: publishing takes seconds; settle 5 min: as long as the documentation asks to poll a container', source: `${docs}/troubleshooting`, read },
    { fact: 'renew with 20 of 60 days left: a refresh that fails for weeks still loses no account', source: 'own choice', read },
  ],
};
