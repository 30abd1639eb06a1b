import type { Scenario } from '../kit/scenario.spec-support.ts';
import { mediaFile } from '../kit/testbed.spec-support.ts';
import { errors } from './errors.ts';
import { mastodon as connector } from './index.ts';
import { mastodonSimulator } from './simulator.ts';

const token = (accessToken: string) => ({ instance: 'mastodon.example', accessToken });
const picture = () => mediaFile({ type: 'image' });
const THREAD_PICTURE = 'https://media.example/second.jpg';

export const mastodon: Scenario = {
  connector,
  simulator: mastodonSimulator,
  errors,
  credentials: { good: token('pasted_alice'), bad: token('made-up') },
  examples: () => ({
    text: { text: 'A text' },
    image: { text: 'A picture', media: [picture()] },
    images: { text: 'Pictures', media: [picture(), mediaFile({ type: 'image', mimeType: 'image/png' })] },
    video: { text: 'A video', media: [mediaFile({ type: 'video' })] },
    gif: { text: 'A GIF', media: [mediaFile({ type: 'gif' })] },
    thread: {
      text: 'First',
      options: { threadItems: [{ content: 'Second', mediaItems: [{ type: 'image', url: THREAD_PICTURE }], altText: ['The second'] }, { content: 'Third' }] },
      attachments: { 'platformSpecificData.threadItems[0].mediaItems[0]': picture() },
    },
    poll: { text: 'Which?', options: { poll: { options: ['This', 'That'], durationMinutes: 60 } } },
    alt_text: { text: 'A picture with words', media: [picture()], options: { altText: ['What is seen'] } },
    content_warning: { text: 'Behind a warning', options: { spoilerText: 'Spiders', sensitive: true } },
    visibility: { text: 'For followers', options: { visibility: 'private' } },
    cover: {
      text: 'A video with a picture',
      media: [{ ...mediaFile({ type: 'video' }), thumbnail: 'https://media.example/cover.jpg' }],
      attachments: { 'mediaItems[0].thumbnail': picture() },
    },
  }),
  refusals: {
    account_restricted: 'login_disabled',
    content_rejected: 'too_long',
    media_rejected: 'images_and_video',
    rate_limited: 'rate_limited',
    reconnect_required: 'token_revoked',
    scope_missing: 'scope_missing',
    transient: 'not_ready',
  },
  missingPostId: '1',
};
