import type { Content, Manifest } from '../kit/index.ts';
import { check, NOT_DELETED } from './limits.ts';
import { optionsSchema } from './schemas.ts';

const READ = '2026-11-22';
const HELIX = 'dev.twitch.tv/docs/api/reference';
const NO_MEDIA = 'The API of Twitch takes no media: it has no posts, and no upload of videos.';
const UNREADABLE = 'Chat messages and announcements cannot be read back: when the answer to one is lost, a person is asked. The title of the stream and its schedule are looked up.';

/** What becomes of a text without options is a message. */
const isOf = ({ options }: Content, ...types: readonly string[]): boolean => types.includes(optionsSchema.parse(options).contentType ?? 'chat');

export const manifest: Manifest = {
  platform: 'twitch',
  displayName: 'Twitch',
  status: 'beta',
  hosts: { id: 'https://id.twitch.tv', api: 'https://api.twitch.tv/helix', web: 'https://www.twitch.tv' },
  auth: {
    oauth: {
      scopes: { publish: ['user:write:chat', 'moderator:manage:announcements', 'channel:manage:broadcast', 'channel:manage:schedule'] },
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
    short_video: 'Clips, like stream markers, need a stream that is running: they are cut from what is live, and are no posts that could be planned.',
    link_card: 'Links in the chat are plain text.',
    poll: 'Polls run in a live stream and are no posts.',
    first_comment: 'A chat message has no comments.',
    alt_text: NO_MEDIA,
    content_warning: 'Content labels belong to the stream and not to a message: contentLabels sets them with a title.',
    visibility: 'The chat of a channel is public.',
    cover: NO_MEDIA,
    platform_draft: 'Twitch has no drafts.',
    selection: 'A consent is for one account.',
    refresh: true,
    revoke: true,
    lookup: true,
    delete: true,
    analytics: 'Twitch counts viewers of streams and videos, and nothing of a message.',
  },
  notes: {
    text: 'A message in the chat of the own channel, an announcement there, the title of the stream, or a broadcast in the schedule: Twitch has no posts. Clips and stream markers are not offered.',
    lookup: UNREADABLE,
    delete: `${NOT_DELETED} Of a broadcast that recurs the whole series goes.`,
  },
  protection: { class: 'L', settleMs: 2 * 60_000, exception: UNREADABLE },
  submitDeadlineMs: 20_000,
  limits: {
    text: [{ unit: 'characters', max: 500, count: (text) => text.length }],
    textRequired: 'always',
    mediaRequired: false,
    maxMedia: 0,
    exclusive: [],
    media: {},
  },
  budgets: [
    { unit: 'chat messages', of: 'account', max: 100, window: { kind: 'rolling', ms: 30_000 }, cost: (_part, content) => (isOf(content, 'chat', 'announcement') ? 1 : 0) },
    { unit: 'announcements', of: 'account', max: 1, window: { kind: 'rolling', ms: 2_000 }, cost: (_part, content) => (isOf(content, 'announcement') ? 1 : 0) },
  ],
  options: optionsSchema,
  // Channels that were connected before Plaza knew the schedule lack its scope.
  needs: (content) => (isOf(content, 'schedule') ? [{ capability: 'publish', path: 'platformSpecificData.contentType' }] : []),
  check,
  sources: [
    { fact: 'authorization code flow, hourly validation, refresh, revoke', source: 'dev.twitch.tv/docs/authentication', read: READ },
    { fact: 'chat messages up to 500 characters, dropped ones answered with 200', source: `${HELIX}#send-chat-message`, read: READ },
    { fact: 'announcements, colours', source: `${HELIX}#send-chat-announcement`, read: READ },
    { fact: 'one announcement in 2 seconds', source: `${HELIX}#send-chat-announcement`, read: READ },
    { fact: 'announcements count as messages of the chat', source: 'own choice, on the safe side', read: READ },
    { fact: 'title of 140 characters, category, tags, language, content labels and the branded content flag of the stream', source: `${HELIX}#modify-channel-information`, read: READ },
    { fact: 'the words in which AutoMod refuses tags; whether the rest is changed then is not documented', source: `observed answers; ${HELIX}#modify-channel-information`, read: READ },
    { fact: 'segments of the schedule, who may plan which, 30 to 1380 minutes, a title of 140 characters', source: `${HELIX}#create-channel-stream-schedule-segment`, read: READ },
    { fact: 'the schedule is read from a time on; that it goes forward is checked', source: `${HELIX}#get-channel-stream-schedule`, read: READ },
    { fact: 'whether a segment that begins at that very time is among them is not told: the list is asked for from a minute before', source: 'own choice', read: READ },
    { fact: 'a segment that is gone is answered with 404', source: 'documented for its change; a guess for its deletion', read: READ },
    { fact: 'ids of segments are objects in base64', source: 'every example of the reference; nothing says that it stays so', read: READ },
    { fact: 'https://www.twitch.tv/<login>/schedule', source: 'observed', read: READ },
    { fact: 'clips and stream markers need a running stream', source: `${HELIX}#create-clip, #create-stream-marker`, read: READ },
    { fact: 'rate limit headers, and a 429 until Ratelimit-Reset', source: 'dev.twitch.tv/docs/api/guide#twitch-rate-limits', read: READ },
    { fact: 'late commits: no figure is documented; two minutes are our own choice', source: 'own choice', read: READ },
    { fact: '100 messages in 30 seconds as broadcaster', source: 'dev.twitch.tv/docs/chat, rate limits', read: READ },
    { fact: 'reasons of dropped messages', source: 'twitchdev/issues 1002; IRC notices', read: READ },
    { fact: 'no upload of videos, no list of messages', source: HELIX, read: READ },
  ],
};
