import type { Content, Manifest, MediaFacts, Violation } from '../kit/index.ts';
import { checkMediaItem } from '../kit/limits.ts';
import type { MediaLimit } from '../kit/manifest.ts';
import { optionsSchema, type FacebookOptions } from './schemas.ts';

const MIB = 1024 * 1024;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const VIDEO_TYPES = ['video/mp4', 'video/quicktime'];

export const PUBLISH_SCOPES = ['pages_show_list', 'pages_read_engagement', 'pages_manage_posts'];

/** A cover; the size is the one that Facebook recommends for thumbnails. */
export const COVER_LIMITS = { image: { mimeTypes: ['image/jpeg', 'image/png'], maxBytes: 10 * MIB, maxCount: 1 } } as const;

const REEL: MediaLimit = {
  mimeTypes: VIDEO_TYPES,
  maxBytes: 10 * 1024 * MIB,
  maxCount: 1,
  minWidth: 540,
  minHeight: 960,
  // 9:16, with a pixel's rounding allowed.
  minAspect: 0.5575,
  maxAspect: 0.5675,
  minDurationMs: 3000,
  maxDurationMs: 90_000,
  minFrameRate: 24,
  maxFrameRate: 60,
};

const invalid = (option: string, message: string): Violation => ({ rule: 'option_invalid', message, path: `platformSpecificData.${option}` });

function checkAltText({ altText = [] }: FacebookOptions, media: readonly MediaFacts[]): Violation[] {
  return altText.flatMap((text, index) => {
    if (text === '' || media[index]?.type === 'image') return [];
    return [invalid(`altText[${index}]`, 'Only images have an alt text.')];
  });
}

function checkStory(options: FacebookOptions, media: readonly MediaFacts[]): Violation[] {
  const size: Violation[] = media.length === 1 ? [] : [{ rule: media.length === 0 ? 'media_required' : 'too_many_media', message: 'A story has one media item.', limit: 1, actual: media.length, path: 'mediaItems' }];
  const absent = (['link', 'title', 'videoThumbnailUrl', 'firstComment'] as const).filter((name) => options[name] !== undefined);
  return [...size, ...absent.map((name) => invalid(name, `A story has no ${name}.`)), ...(options.published === false ? [invalid('published', 'A story cannot be a draft.')] : [])];
}

function check(content: Content, media: readonly MediaFacts[]): readonly Violation[] {
  const options = optionsSchema.parse(content.options);
  const [first] = media;
  if (options.contentType === 'story') return [...checkStory(options, media), ...checkAltText(options, media)];
  const violations = checkAltText(options, media);
  if (options.contentType === 'reel') {
    if (first?.type === 'video') violations.push(...checkMediaItem(REEL, first, 'mediaItems[0]'));
    else violations.push({ rule: 'media_required', message: 'A reel is a video.', path: 'mediaItems' });
  }
  if (options.title !== undefined && first?.type !== 'video') violations.push(invalid('title', 'Only videos and reels have a title.'));
  if (options.published === false && options.firstComment !== undefined) violations.push(invalid('firstComment', 'A draft cannot be commented on.'));
  if (options.link !== undefined && /(?:^|\.)facebook\.com$/i.test(new URL(options.link).hostname)) violations.push(invalid('link', 'Facebook takes no links to itself.'));
  if (content.text.trim() === '' && media.length === 0 && options.link === undefined) {
    violations.push({ rule: 'text_required', message: 'A text, a link or media are required.', path: 'content' });
  }
  return violations;
}

const read = '2026-11-22';
const pages = 'developers.facebook.com/docs/pages-api';
const video = 'developers.facebook.com/docs/video-api/guides';

export const manifest: Manifest = {
  platform: 'facebook',
  displayName: 'Facebook Pages',
  status: 'beta',
  hosts: { web: 'https://www.facebook.com', graph: 'https://graph.facebook.com', video: 'https://graph-video.facebook.com', upload: 'https://rupload.facebook.com' },
  auth: {
    oauth: {
      scopes: { publish: PUBLISH_SCOPES, comments: ['pages_manage_engagement'], analytics: ['read_insights'], organizations: ['business_management'] },
      pkce: 'none',
      rotatesRefreshToken: false,
      canVerifyApp: false,
      setup: [
        'At https://developers.facebook.com make an app of type *Business* and add the product *Facebook Login*.',
        'Under *Facebook Login*, *Settings* enter the valid OAuth redirect URI `{callbackUrl}`, exactly.',
        'Take *App ID* and *App secret* from *App settings*, *Basic*.',
        'Ask for advanced access to these permissions: {scopes}. Until it is given only users with a role in the app can connect their pages. `business_management` is needed for pages that a business owns.',
      ],
    },
  },
  features: {
    text: true,
    image: true,
    images: true,
    video: true,
    gif: 'Facebook shows an uploaded GIF as a still picture.',
    document: 'Pages take no documents.',
    thread: 'Facebook has no threads of posts.',
    story: true,
    short_video: true,
    link_card: true,
    poll: 'The API of pages cannot make polls.',
    first_comment: true,
    alt_text: true,
    content_warning: 'The API of pages cannot mark posts as sensitive.',
    visibility: 'The posts of a page are public.',
    cover: true,
    platform_draft: true,
    selection: true,
    refresh: 'The token of a page has no expiry and is not renewed.',
    revoke: 'The call that ends a grant would end it for every page of the user.',
    lookup: true,
    delete: true,
    analytics: true,
  },
  protection: { class: 'L', settleMs: 2 * MINUTE_MS },
  submitDeadlineMs: MINUTE_MS,
  limits: {
    text: [{ unit: 'characters', max: 63_206, count: (text) => Array.from(text).length }],
    textRequired: 'never',
    mediaRequired: false,
    maxMedia: 10,
    exclusive: ['video'],
    media: {
      image: { mimeTypes: ['image/jpeg', 'image/png', 'image/bmp', 'image/tiff'], maxBytes: 4 * MIB, maxCount: 10 },
      video: { mimeTypes: VIDEO_TYPES, maxBytes: 10 * 1024 * MIB, maxCount: 1, maxDurationMs: 4 * 60 * MINUTE_MS },
    },
  },
  budgets: [
    { unit: 'reels', of: 'account', max: 30, window: { kind: 'rolling', ms: DAY_MS }, cost: (part, { options }) => (part === 0 && options['contentType'] === 'reel' ? 1 : 0) },
  ],
  options: optionsSchema,
  needs: ({ options }) => (options['firstComment'] === undefined ? [] : [{ capability: 'comments', path: 'platformSpecificData.firstComment' }]),
  check,
  sources: [
    { fact: 'consent, short and long tokens, page tokens without expiry', source: 'developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow', read },
    { fact: 'posts, unpublished photos and attached_media, comments, published_posts', source: `${pages}/posts`, read },
    { fact: 'resumable upload in three phases, up to 10 GB and 4 hours', source: 'developers.facebook.com/docs/graph-api/video-uploads', read },
    { fact: 'a refused chunk tells where to go on (1363037, error_data)', source: 'facebook/facebook-python-business-sdk: video_uploader.py', read },
    { fact: 'reels: 3 to 90 seconds, 9:16, 540 by 960 pixels, 24 to 60 frames', source: `${video}/reels-publishing`, read },
    { fact: '30 reels of a page in 24 hours', source: `${video}/reels-publishing`, read },
    { fact: 'stories: photo_stories, video_stories, stories', source: 'developers.facebook.com/docs/video-api/guides/page-stories', read },
    { fact: 'a photo may have 4 MB', source: 'text of error 1366046; no other figure is documented', read },
    { fact: '10 photos in a post', source: 'customary; no figure is documented', read },
    { fact: '63,206 characters', source: 'no page of the documentation names it; connectors agree on it', read },
    { fact: 'a draft is `published=false` with `unpublished_content_type=DRAFT`; no list of the API shows drafts', source: 'Page feed reference; a guess that nothing lists them', read },
    { fact: 'the cover of a video goes with the finish phase as `thumb`, that of a reel to `thumbnails` before it', source: 'Page videos and Video thumbnails references; the order for reels is a guess', read },
    { fact: 'how long unpublished photos and unfinished uploads live is not documented: after 20 hours they are made anew', source: 'own choice', read },
    { fact: 'late commits: no figure is documented; two minutes are our own choice', source: 'own choice', read },
  ],
};
