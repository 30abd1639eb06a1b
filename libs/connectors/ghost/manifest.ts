import type { Content, Manifest, MediaFacts, Violation } from '../kit/index.ts';
import { articleOf } from './html.ts';
import { optionsSchema } from './schemas.ts';

const MIB = 1024 * 1024;
const MINUTE_MS = 60_000;
const MAX_MEDIA = 50;
const READ = '2026-11-22';
const size = { maxBytes: 50 * MIB, maxCount: MAX_MEDIA };

function check(content: Content, media: readonly MediaFacts[]): Violation[] {
  const options = optionsSchema.parse(content.options);
  const violation = (path: string, message: string): Violation => ({ rule: 'option_invalid', message, path: `platformSpecificData.${path}` });
  const { altText = [] } = options;
  return [
    ...(articleOf(content.text, options).title === '' ? [violation('title', 'A title is needed where the text gives none.')] : []),
    ...(options.emailOnly === true && options.newsletter === undefined ? [violation('emailOnly', 'What is sent only needs a newsletter.')] : []),
    ...(options.emailSegment !== undefined && options.newsletter === undefined ? [violation('emailSegment', 'A segment belongs to a newsletter.')] : []),
    ...(options.featureImage === 'first' && !media.some(({ type }) => type === 'image') ? [violation('featureImage', 'There is no picture among the media.')] : []),
    ...(altText.length > media.length ? [violation('altText', `There are ${altText.length} alt texts for ${media.length} media items.`)] : []),
  ];
}

export const manifest: Manifest = {
  platform: 'ghost',
  displayName: 'Ghost',
  status: 'prod',
  // Every account brings its own site; no call without one shall reach anybody.
  hosts: { site: 'https://ghost.invalid' },
  ownHosts: ['site'],
  auth: {
    credentials: {
      fieldHelp: {
        adminApiUrl: 'The address of your site, for example https://blog.example.com; *API URL* beside the key.',
        adminApiKey: 'In Ghost Admin: Settings, Integrations, Add custom integration; its *Admin API key*.',
      },
      rotatesRefreshToken: false,
    },
  },
  features: {
    text: true,
    image: true,
    images: true,
    video: true,
    gif: true,
    document: true,
    thread: 'A post of Ghost is an article, which can be as long as it has to be.',
    story: 'Ghost has no stories.',
    short_video: 'Ghost has no format of its own for short videos.',
    link_card: 'A link in the text is a link; a card can be written in HTML.',
    poll: 'Ghost has no polls.',
    first_comment: 'Comments belong to members; the Admin API writes none.',
    alt_text: true,
    content_warning: 'Ghost has no content warnings.',
    visibility: true,
    cover: 'A video is shown by the reader’s browser; a post has featureImage.',
    platform_draft: 'A draft would be published by somebody else: Plaza keeps drafts itself.',
    selection: 'A key is for one site.',
    refresh: 'An Admin API key does not expire.',
    revoke: 'An integration cannot delete itself; its owner does, in Ghost Admin.',
    lookup: true,
    delete: true,
    analytics: true,
  },
  protection: { class: 'C', settleMs: MINUTE_MS },
  submitDeadlineMs: 60_000,
  limits: {
    text: [{ unit: 'characters', max: 1_000_000, count: (text) => text.length }],
    textRequired: 'without_media',
    mediaRequired: false,
    maxMedia: MAX_MEDIA,
    exclusive: [],
    media: {
      image: { ...size, mimeTypes: ['image/jpeg', 'image/png', 'image/webp'] },
      gif: { ...size, mimeTypes: ['image/gif'] },
      video: { ...size, mimeTypes: ['video/mp4', 'video/webm'] },
      document: { ...size, mimeTypes: ['application/pdf'] },
    },
  },
  options: optionsSchema,
  check,
  sources: [
    { fact: 'tokens made of the key, five minutes', source: 'docs.ghost.org/admin-api, token authentication; tried on Ghost 6', read: READ },
    { fact: 'posts, source=html, newsletters, deleting', source: 'docs.ghost.org/admin-api/posts; tried on Ghost 6', read: READ },
    { fact: 'uploads of images, media and files with their types', source: 'docs.ghost.org/admin-api/images; npm package ghost, core/shared/config/overrides.json', read: READ },
    { fact: 'a draft that was changed meanwhile is not overwritten: updated_at, 409', source: 'docs.ghost.org/admin-api/posts/updating-a-post; tried on Ghost 6', read: READ },
    { fact: 'an e-mail goes out once, when a draft is published', source: 'docs.ghost.org/admin-api/posts/sending-a-post', read: READ },
    { fact: 'lengths of title, excerpt and the rest', source: 'npm package ghost, core/server/data/schema/schema.js', read: READ },
    { fact: '50 MiB a file: Ghost names no limit, the proxy in front has one; our own choice', source: 'none', read: READ },
    { fact: '1,000,000 characters: Ghost takes bodies of 50 MB; our own choice below it', source: 'npm package ghost, core/server/web/api/endpoints/admin/app.js', read: READ },
    { fact: 'late commits: no figure is documented; a minute is our own choice', source: 'none', read: READ },
  ],
};
