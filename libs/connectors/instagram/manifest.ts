import type { Manifest } from '../kit/index.ts';
import { check, countCharacters, countHashtags, countMentions, MEBIBYTE } from './limits.ts';
import { optionsSchema } from './schemas.ts';

export const FACEBOOK_PUBLISH_SCOPES = ['instagram_basic', 'instagram_content_publish', 'pages_show_list', 'pages_read_engagement'];
export const COVER_LIMITS = { image: { mimeTypes: ['image/jpeg'], maxBytes: 8 * MEBIBYTE, maxCount: 1 } } as const;

const DAY_MS = 24 * 3_600_000;
const read = '2026-11-21';
const publishing = 'developers.facebook.com/docs/instagram-platform/content-publishing';

export const manifest: Manifest = {
  platform: 'instagram',
  displayName: 'Instagram',
  status: 'beta',
  hosts: {
    web: 'https://www.instagram.com',
    login: 'https://api.instagram.com',
    graph: 'https://graph.instagram.com',
    facebook: 'https://www.facebook.com',
    facebookGraph: 'https://graph.facebook.com',
  },
  auth: {
    oauth: {
      scopes: {
        publish: ['instagram_business_basic', 'instagram_business_content_publish'],
        comments: ['instagram_business_manage_comments'],
        analytics: ['instagram_business_manage_insights'],
      },
      logins: {
        facebook: {
          displayName: 'Facebook Login',
          scopes: {
            publish: FACEBOOK_PUBLISH_SCOPES,
            comments: ['instagram_manage_comments'],
            analytics: ['instagram_manage_insights'],
            delete: ['instagram_manage_contents'],
            organizations: ['business_management'],
          },
          setup: [
            'At https://developers.facebook.com make an app of type *Business* and add the products *Facebook Login* and *Instagram*, with *API setup with Facebook login*.',
            'Under *Facebook Login*, *Settings* enter the valid OAuth redirect URI `{callbackUrl}`, exactly.',
            'Take *App ID* and *App secret* from *App settings*, *Basic*.',
            'Ask for advanced access to these permissions: {scopes}. Each Instagram account has to be connected with a Facebook page; `business_management` is needed for pages that a business owns.',
          ],
        },
      },
      pkce: 'none',
      refreshAheadMs: 20 * 24 * 60 * 60_000,
      refreshMinAgeMs: 24 * 60 * 60_000,
      rotatesRefreshToken: false,
      canVerifyApp: false,
      setup: [
        'At https://developers.facebook.com make an app of type *Business* and add the product *Instagram*, with *API setup with Instagram login*.',
        'Under *Set up Instagram business login* enter the redirect URL `{callbackUrl}`, exactly.',
        'Take *Instagram app ID* and *Instagram app secret* from there: they are not the app id and secret of the Facebook app.',
        'Ask for advanced access to these permissions: {scopes}. Until it is given only accounts with a role in the app can be connected.',
      ],
    },
  },
  features: {
    text: 'Instagram has no posts without media.',
    image: true,
    images: true,
    video: true,
    gif: 'Instagram takes no GIFs.',
    document: 'Instagram takes no documents.',
    thread: 'Instagram has no threads.',
    story: true,
    short_video: true,
    link_card: 'Links in captions are not clickable on Instagram.',
    poll: 'The API of Instagram cannot make polls.',
    first_comment: true,
    alt_text: true,
    content_warning: 'The API of Instagram cannot mark posts as sensitive.',
    visibility: 'Who sees a post follows from the account.',
    cover: true,
    platform_draft: 'The API of Instagram has no drafts.',
    selection: true,
    refresh: true,
    revoke: 'With Instagram Login there is no call that ends a grant; with Facebook Login it would end it for every account of the user.',
    lookup: true,
    delete: true,
    analytics: true,
  },
  protection: { class: 'C', settleMs: 5 * 60_000 },
  submitDeadlineMs: 60_000,
  limits: {
    text: [
      { unit: 'characters', max: 2200, count: countCharacters },
      { unit: 'hashtags', max: 30, count: countHashtags },
      { unit: 'mentions', max: 20, count: countMentions },
    ],
    textRequired: 'never',
    mediaRequired: true,
    maxMedia: 10,
    exclusive: [],
    media: {
      image: { mimeTypes: ['image/jpeg'], maxBytes: 8 * MEBIBYTE, maxCount: 10 },
      video: {
        mimeTypes: ['video/mp4', 'video/quicktime'],
        maxBytes: 300 * MEBIBYTE,
        maxCount: 10,
        maxWidth: 1920,
        minAspect: 0.01,
        maxAspect: 10,
        minDurationMs: 3000,
        maxDurationMs: 15 * 60_000,
        videoCodecs: ['avc', 'hevc'],
        audioCodecs: ['aac'],
        minFrameRate: 23,
        maxFrameRate: 60,
      },
    },
  },
  budgets: [{ unit: 'posts', of: 'account', max: 50, window: { kind: 'rolling', ms: DAY_MS }, cost: (part) => (part === 0 ? 1 : 0) }],
  options: optionsSchema,
  needs: ({ options }) => (options['firstComment'] === undefined ? [] : [{ capability: 'comments', path: 'platformSpecificData.firstComment' }]),
  check,
  sources: [
    { fact: '400 containers in 24 hours: many large carousels meet it before the 50 posts; Instagram refuses what exceeds it, and Plaza waits', source: publishing, read },
    {
      fact: 'scopes, token lives, refresh only after 24 hours',
      source: 'developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login',
      read,
    },
    { fact: 'containers, status codes, caption, image and video limits', source: publishing, read },
    { fact: 'an image may have 8 MiB', source: 'text of error 36000/2207004, Instagram Platform error codes', read },
    {
      fact: 'an image of a story may fill the screen: only the feed is held to 4:5 to 1.91:1',
      source: 'inferred from the story section',
      read,
    },
    { fact: 'no end of a grant: there is no call to revoke it', source: 'none found in the documentation', read },
    { fact: 'deleting media is offered with Facebook Login only', source: 'IG Media reference', read },
    { fact: 'Facebook Login: accounts behind pages, tokens of pages', source: 'developers.facebook.com/docs/instagram-platform/instagram-api-with-facebook-login', read },
    { fact: 'a page reads its own token again by `me?fields=access_token`', source: 'Page reference; that the page itself may ask is inferred', read },
    { fact: '50 posts a day', source: 'IG User content_publishing_limit reference; the publishing guide says 100: the smaller figure is taken', read },
    { fact: 'a comment has 300 characters, 4 hashtags, one link, and is not all in capitals', source: 'IG Media comments reference', read },
    { fact: 'metrics by kind of media; a story of fewer than five viewers has none', source: 'IG Media insights reference', read },
    {
      fact: 'deadline 60 s: publishing takes seconds; settle 5 min: as long as the documentation asks to poll a container',
      source: publishing,
      read,
    },
    { fact: 'renew with 20 of 60 days left: a refresh that fails for weeks still loses no account', source: 'own choice', read },
  ],
};
