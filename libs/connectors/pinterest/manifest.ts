import type { Content, Manifest, MediaFacts, Violation } from '../kit/index.ts';
import { optionsSchema, type PinterestOptions } from './schemas.ts';

const MIB = 1024 * 1024;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const MAX_DESCRIPTION_LENGTH = 800;
const PICTURE_TYPES = ['image/jpeg', 'image/png'];
const read = '2026-11-22';

export const PUBLISH_SCOPES = ['user_accounts:read', 'boards:read', 'boards:write', 'pins:read', 'pins:write'];

export const COVER_LIMITS = { image: { mimeTypes: PICTURE_TYPES, maxBytes: 20 * MIB, maxCount: 1 } } as const;

const invalid = (option: string, message: string): Violation => ({ rule: 'option_invalid', message, path: `platformSpecificData.${option}` });

function checkCarousel({ carouselItems = [], carouselIndex }: PinterestOptions, media: readonly MediaFacts[]): Violation[] {
  const [first] = media;
  const other = media.findIndex(({ width, height }) => width !== first?.width || height !== first?.height);
  const violations: Violation[] = [];
  if (media.length > 1 && other > 0) violations.push({ rule: 'media_dimensions', message: 'The pictures of a carousel are all of the same width and height.', path: `mediaItems[${other}]` });
  if (carouselItems.length > 0 && media.length < 2) violations.push(invalid('carouselItems', 'Only several images have a title, description and link each.'));
  if (media.length > 1 && carouselItems.length > media.length) violations.push(invalid('carouselItems', `There are ${media.length} images and ${carouselItems.length} entries.`));
  if (carouselIndex !== undefined && (media.length < 2 || carouselIndex >= media.length)) violations.push(invalid('carouselIndex', `There is no image ${carouselIndex} of several.`));
  return violations;
}

/** Options that do not fit their schema are refused before this is asked. */
function check({ options: given }: Content, media: readonly MediaFacts[]): readonly Violation[] {
  const { data: options } = optionsSchema.safeParse(given);
  if (options === undefined) return [];
  const isVideo = media[0]?.type === 'video';
  const covers = (['coverImageUrl', 'coverImageSecs'] as const).filter((name) => options[name] !== undefined);
  const foreign = isVideo ? [] : covers.map((name) => invalid(name, 'Only videos have a cover.'));
  const double = isVideo && covers.length > 1 ? [invalid('coverImageSecs', 'The cover is an image, or a second of the video.')] : [];
  const { durationMs = null } = media[0] ?? {};
  const isBeyond = isVideo && durationMs !== null && (options.coverImageSecs ?? 0) * 1000 > durationMs;
  const beyond = isBeyond ? [invalid('coverImageSecs', 'The video is shorter than that.')] : [];
  return [...checkCarousel(options, media), ...foreign, ...double, ...beyond];
}

const docs = 'developers.pinterest.com/docs';
const document = 'Pinterest OpenAPI document 5.23.0';

export const manifest: Manifest = {
  platform: 'pinterest',
  displayName: 'Pinterest',
  status: 'beta',
  hosts: { web: 'https://www.pinterest.com', api: 'https://api.pinterest.com', upload: 'https://pinterest-media-upload.s3-accelerate.amazonaws.com' },
  auth: {
    oauth: {
      scopes: { publish: PUBLISH_SCOPES, analytics: ['boards:read', 'pins:read'], delete: ['boards:read', 'boards:write', 'pins:read', 'pins:write'] },
      pkce: 'none',
      refreshAheadMs: 3 * DAY_MS,
      rotatesRefreshToken: true,
      canVerifyApp: true,
      setup: [
        'With a business account make an app at https://developers.pinterest.com/apps and wait until Trial access is given.',
        'Under *Configure* enter the redirect URI `{callbackUrl}`, exactly.',
        'Take *App ID* and *App secret key*.',
        'Ask for *Standard access* with a video that shows the consent: with Trial access Pinterest refuses every pin on its real host. The app needs {scopes}.',
      ],
    },
  },
  features: {
    text: 'A pin is a picture or a video; a text alone is none.',
    image: true,
    images: true,
    video: true,
    gif: 'The API takes pictures as JPEG or PNG only.',
    document: 'Pinterest has no documents.',
    thread: 'Pinterest has no threads.',
    story: 'Pinterest has no stories, and the API never made Idea Pins.',
    short_video: 'A short video is a video pin like any other.',
    link_card: true,
    poll: 'Pinterest has no polls.',
    first_comment: 'The API writes no comments.',
    alt_text: true,
    content_warning: 'Pinterest has no content warnings; aiModified declares what AI made or changed.',
    visibility: 'Who sees a pin is a matter of its board; Plaza asks for no permission to reach secret boards.',
    cover: true,
    platform_draft: 'The API makes no drafts.',
    selection: 'A consent reaches the one account that gives it.',
    refresh: true,
    revoke: 'The API ends the tokens of system users only; others end in the settings of the account.',
    lookup: true,
    delete: true,
    analytics: true,
  },
  protection: { class: 'L', settleMs: 2 * MINUTE_MS },
  submitDeadlineMs: 2 * MINUTE_MS,
  limits: {
    text: [{ unit: 'characters', max: MAX_DESCRIPTION_LENGTH, count: (text) => Array.from(text).length }],
    textRequired: 'never',
    mediaRequired: true,
    maxMedia: 5,
    exclusive: ['video'],
    media: {
      image: { mimeTypes: PICTURE_TYPES, maxBytes: 20 * MIB, maxCount: 5 },
      video: {
        mimeTypes: ['video/mp4', 'video/quicktime'],
        maxBytes: 2 * 1024 * MIB,
        maxCount: 1,
        minDurationMs: 4000,
        maxDurationMs: 15 * MINUTE_MS,
        minAspect: 0.5,
        maxAspect: 1.91,
      },
    },
  },
  // Categories of the rate limits for Standard access; calls for figures are no part of publishing.
  budgets: [
    // A video is registered, and then pinned.
    { unit: 'org_write calls', of: 'account', max: 100, window: { kind: 'rolling', ms: MINUTE_MS }, cost: () => 2 },
    // The board's list, and looks at how far a video is.
    { unit: 'org_read calls', of: 'account', max: 1000, window: { kind: 'rolling', ms: MINUTE_MS }, cost: () => 5 },
  ],
  options: optionsSchema,
  check,
  sources: [
    { fact: 'requests, answers, lengths, media sources, scopes and rate categories of every call', source: document, read },
    { fact: 'consent page, Basic authentication, continuous refresh, 30 and 60 days', source: `${docs}/getting-started/set-up-authentication-and-authorization`, read },
    { fact: 'scopes are joined by commas', source: 'customary; the document of the API does not say', read },
    { fact: 'a refresh token is good once', source: 'a guess: each refresh brings a new one, what becomes of the old one is not documented', read },
    { fact: 'error 283 of the token endpoint ends a grant, error 2 is the app’s', source: 'pinterest/pinterest-api-demo#16; OpenAPI document, token/revoke', read },
    { fact: 'Trial access: 403 with code 29 on creating pins', source: `observed answer; ${docs}/key-concepts/access-tiers`, read },
    { fact: 'video: registration, form of the upload, states of the processing', source: `${docs}/api-features/creating-boards-and-pins`, read },
    { fact: 'an hour for the processing of a video', source: 'own choice; no figure is documented', read },
    { fact: 'a cover is needed; without an image the first picture of the video is it', source: 'observed refusal; a guess that cover_image_key_frame_time suffices', read },
    { fact: 'pictures up to 20 MB; videos of 4 seconds to 15 minutes, up to 2 GB, 1:2 to 1.91:1', source: 'www.ayrshare.com/docs/media-guidelines/pinterest; the page of Pinterest’s own was not to be had', read },
    { fact: 'two to five pictures of one size in a carousel', source: `${document}, schema PinMediaSourceImagesBase64; the size: gitroomhq/postiz-app pinterest.provider.ts`, read },
    { fact: 'carousels of more than 20 MB are fetched from their addresses', source: 'own choice; how large a request may be is not documented', read },
    { fact: 'ai_disclosures', source: 'pinterest/api-description, changelog 5.23 to 5.28; its value as observed', read },
    { fact: 'two writing and five reading calls for a pin, of which those for a long video are more', source: 'own choice', read },
    { fact: '100 writing and 1000 reading calls a minute, user and app; others for Trial access', source: `${docs}/reference/rate-limits`, read },
    { fact: 'x-ratelimit-reset counts seconds', source: 'a guess; a figure that can only be an instant is read as one', read },
    { fact: 'spam is refused as 429 with code 9, and as 400', source: 'observed answers; pinterest/api-quickstart', read },
    { fact: 'dates of pins are UTC and do not say so', source: 'observed answers', read },
    { fact: 'in which order the pins of a board are listed is not documented', source: document, read },
    { fact: 'figures of days reach back 90 days; older pins have those of their whole life', source: `${document}, pins/analytics and pins/get`, read },
    { fact: 'late commits: no figure is documented; two minutes are our own choice', source: 'own choice', read },
  ],
};
