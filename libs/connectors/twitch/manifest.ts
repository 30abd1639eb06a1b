import type { Content, Manifest, MediaFacts, Violation } from '../kit/index.ts';
import { optionsSchema } from './schemas.ts';

const READ = '2026-11-22';
const HELIX = 'dev.twitch.tv/docs/api/reference';
const NO_MEDIA = 'The API of Twitch takes no media: it has no posts, and no upload of videos.';
/** The title of a stream; the reference names no number. */
const MAX_TITLE = 140;

function check({ text, options }: Content, _media: readonly MediaFacts[]): Violation[] {
  const { contentType = 'chat', color } = optionsSchema.parse(options);
  const violations: Violation[] = [];
  if (contentType === 'chat' && /^\s*[/.]/.test(text)) {
    violations.push({ rule: 'option_invalid', message: 'Twitch takes a message that begins with / or . for a command, and drops it.', path: 'content' });
  }
  if (contentType === 'title' && text.length > MAX_TITLE) {
    violations.push({ rule: 'text_too_long', message: `The title has ${text.length} characters; ${MAX_TITLE} are allowed.`, limit: MAX_TITLE, actual: text.length, path: 'content' });
  }
  if (contentType !== 'announcement' && color !== undefined) {
    violations.push({ rule: 'option_invalid', message: 'Only an announcement has a colour.', path: 'platformSpecificData.color' });
  }
  return violations;
}

export const manifest: Manifest = {
  platform: 'twitch',
  displayName: 'Twitch',
  status: 'beta',
  hosts: { id: 'https://id.twitch.tv', api: 'https://api.twitch.tv/helix', web: 'https://www.twitch.tv' },
  auth: {
    oauth: {
      scopes: { publish: ['user:write:chat', 'moderator:manage:announcements', 'channel:manage:broadcast'] },
      pkce: 'none',
      refreshAheadMs: 30 * 60_000,
      rotatesRefreshToken: false,
      canVerifyApp: true,
      setup: [
        'At https://dev.twitch.tv/console choose *Register Your Application*, with two-factor authentication switched on for your account.',
        'Enter the OAuth redirect URL `{callbackUrl}`, exactly, and choose the client type *Confidential*.',
        'Take *Client ID*, and make a *New Secret*. Scopes are asked for while connecting: {scopes}.',
      ],
    },
  },
  features: {
    text: true,
    image: NO_MEDIA,
    images: NO_MEDIA,
    video: NO_MEDIA,
    gif: NO_MEDIA,
    document: NO_MEDIA,
    thread: 'Chat messages have no threads of their own making.',
    story: 'Twitch has no stories that its API could make.',
    short_video: 'Clips are cut from a running stream, and are no posts.',
    link_card: 'Links in the chat are plain text.',
    poll: 'Polls run in a live stream and are no posts.',
    first_comment: 'A chat message has no comments.',
    alt_text: NO_MEDIA,
    content_warning: 'Content labels belong to the stream and not to a message.',
    visibility: 'The chat of a channel is public.',
    cover: NO_MEDIA,
    platform_draft: 'Twitch has no drafts.',
    selection: 'A consent is for one account.',
    refresh: true,
    revoke: true,
    lookup: 'No call of Twitch reads the messages of a chat afterwards.',
    delete: "The API cannot delete a broadcaster's own messages.",
    analytics: 'Twitch counts viewers of streams and videos, and nothing of a message.',
  },
  protection: { class: 'E', settleMs: 60_000 },
  submitDeadlineMs: 20_000,
  limits: {
    text: [{ unit: 'characters', max: 500, count: (text) => text.length }],
    textRequired: 'always',
    mediaRequired: false,
    maxMedia: 0,
    exclusive: [],
    media: {},
  },
  budgets: [{ unit: 'chat messages', of: 'account', max: 100, window: { kind: 'rolling', ms: 30_000 }, cost: () => 1 }],
  options: optionsSchema,
  check,
  sources: [
    { fact: 'authorization code flow, hourly validation, refresh, revoke', source: 'dev.twitch.tv/docs/authentication', read: READ },
    { fact: 'chat messages up to 500 characters, dropped ones answered with 200', source: `${HELIX}#send-chat-message`, read: READ },
    { fact: 'announcements, colours', source: `${HELIX}#send-chat-announcement`, read: READ },
    { fact: 'title of the stream', source: `${HELIX}#modify-channel-information`, read: READ },
    { fact: 'a title has at most 140 characters', source: 'inferred from the length of titles of schedule segments', read: READ },
    { fact: '100 messages in 30 seconds as broadcaster', source: 'dev.twitch.tv/docs/chat, rate limits', read: READ },
    { fact: 'reasons of dropped messages', source: 'twitchdev/issues 1002; IRC notices', read: READ },
    { fact: 'no upload of videos, no list of messages', source: HELIX, read: READ },
  ],
};
