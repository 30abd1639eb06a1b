import type { Content, Manifest, MediaFacts, Violation } from '../kit/index.ts';
import { articleOf } from './body.ts';
import { optionsSchema } from './schemas.ts';

const MIB = 1024 * 1024;
const MINUTE_MS = 60_000;
const MAX_MEDIA = 50;
const READ = '2026-11-22';
const size = { maxBytes: 10 * MIB, maxCount: MAX_MEDIA };

function check(content: Content, media: readonly MediaFacts[]): Violation[] {
  const options = optionsSchema.parse(content.options);
  const violation = (path: string, message: string): Violation => ({ rule: 'option_invalid', message, path: `platformSpecificData.${path}` });
  const { altText = [] } = options;
  return [
    ...(articleOf(content.text, options).title === '' ? [violation('title', 'A title is needed where the text gives none.')] : []),
    ...(options.thumbnail === 'first' && media.length === 0 ? [violation('thumbnail', 'There is no picture among the media.')] : []),
    ...(altText.length > media.length ? [violation('altText', `There are ${altText.length} alt texts for ${media.length} media items.`)] : []),
  ];
}

export const manifest: Manifest = {
  platform: 'beehiiv',
  displayName: 'beehiiv',
  status: 'beta',
  hosts: { api: 'https://api.beehiiv.com' },
  auth: {
    credentials: {
      fieldHelp: {
        apiKey: 'In beehiiv: Settings, API, Create New Key. Posts can be made on the plans Max and Enterprise only, which the key does not tell.',
        publicationId: 'Settings, API: the id of the publication, `pub_` and a UUID (API V2).',
      },
      rotatesRefreshToken: false,
    },
  },
  features: {
    text: true,
    image: true,
    images: true,
    video: 'beehiiv takes no uploads, and its e-mails show no videos; link to it.',
    gif: true,
    document: 'beehiiv takes no uploads; link to it.',
    thread: 'A post of beehiiv is an article, which can be as long as it has to be.',
    story: 'beehiiv has no stories.',
    short_video: 'beehiiv has no format of its own for short videos.',
    link_card: 'A link in the text is a link.',
    poll: 'A poll is made in beehiiv itself; the API can only name one that is there.',
    first_comment: 'The API writes no comments.',
    alt_text: true,
    content_warning: 'beehiiv has no content warnings.',
    visibility: true,
    cover: 'There are no videos; a post has a thumbnail.',
    platform_draft: 'A draft would be published by somebody else: Plaza keeps drafts itself.',
    selection: 'The publication is named with the key.',
    refresh: 'An API key does not expire.',
    revoke: 'A key cannot delete itself; its owner does, in beehiiv.',
    lookup: true,
    delete: true,
    analytics: true,
  },
  protection: { class: 'C', settleMs: 2 * MINUTE_MS },
  submitDeadlineMs: 60_000,
  limits: {
    text: [{ unit: 'characters', max: 500_000, count: (text) => text.length }],
    textRequired: 'without_media',
    mediaRequired: false,
    maxMedia: MAX_MEDIA,
    exclusive: [],
    media: {
      image: { ...size, mimeTypes: ['image/jpeg', 'image/png', 'image/webp'] },
      gif: { ...size, mimeTypes: ['image/gif'] },
    },
  },
  linksMedia: true,
  // The draft and looks at how far it is built, its confirmation, looks at what came of it.
  budgets: [{ unit: 'calls', of: 'account', max: 180, window: { kind: 'rolling', ms: MINUTE_MS }, cost: () => 6 }],
  options: optionsSchema,
  check,
  sources: [
    { fact: 'publications, keys, statuses of errors', source: 'developers.beehiiv.com: api-reference; npm package @beehiiv/sdk 0.1.9', read: READ },
    { fact: 'posts are built after the answer: 202, POST_CREATION_FAILED', source: 'developers.beehiiv.com: api-reference/posts/create', read: READ },
    { fact: 'confirming a draft publishes it; a confirmed post is no draft again', source: 'developers.beehiiv.com: api-reference/posts/update', read: READ },
    { fact: 'plans Max and Enterprise (older page: Enterprise), else 403', source: 'developers.beehiiv.com: api-reference/posts/create', read: READ },
    { fact: 'deleting archives what was confirmed', source: 'developers.beehiiv.com: api-reference/posts/delete', read: READ },
    { fact: '180 calls a minute for an organization, counted here for each publication; RateLimit-Reset', source: 'developers.beehiiv.com: welcome/rate-limiting', read: READ },
    { fact: 'lengths and sizes: none is documented; our own choice', source: 'none', read: READ },
    { fact: 'what becomes of a slug that is taken is not documented, so that slugs of our own are never taken', source: 'none', read: READ },
    { fact: 'confirming again what is confirmed is refused, or does nothing', source: 'a guess: only draft to confirmed is documented', read: READ },
    { fact: 'late commits: no figure is documented; two minutes are our own choice', source: 'none', read: READ },
  ],
};
