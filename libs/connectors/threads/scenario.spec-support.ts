import type { Scenario } from '../kit/scenario.spec-support.ts';
import { mediaFile } from '../kit/testbed.spec-support.ts';
import { errors } from './errors.ts';
import { threads as connector } from './index.ts';
import { threadsSimulator } from './simulator.ts';

export const threads: Scenario = {
  connector,
  simulator: threadsSimulator,
  errors,
  renewsWithoutApp: true,
  examples: () => {
    const [second, third] = [mediaFile({ type: 'image' }), mediaFile({ type: 'video' })];
    const threadItems = [{ content: 'Second', mediaItems: [{ type: 'image', url: second.url }, { type: 'video', url: third.url }] }, { content: 'Third' }];
    return {
      text: { text: 'A text' },
      image: { text: 'A picture', media: [mediaFile({ type: 'image' })] },
      images: { text: 'Pictures', media: [mediaFile({ type: 'image' }), mediaFile({ type: 'image', mimeType: 'image/png' })] },
      video: { text: 'A video', media: [mediaFile({ type: 'video' })] },
      thread: {
        text: 'First',
        options: { threadItems },
        attachments: { 'platformSpecificData.threadItems[0].mediaItems[0]': second, 'platformSpecificData.threadItems[0].mediaItems[1]': third },
      },
      link_card: { text: 'A link', options: { linkAttachment: 'https://news.example/article' } },
      poll: { text: 'Which?', options: { poll: { options: ['This', 'That'] } } },
      alt_text: { text: 'Described', media: [mediaFile({ type: 'image' })], options: { altText: ['A square'] } },
      content_warning: { text: 'Hidden', media: [mediaFile({ type: 'image' })], options: { spoilerMedia: true } },
    };
  },
  refusals: {
    account_restricted: 'user_restricted',
    content_rejected: 'text_too_long',
    duplicate: { elsewhere: 'Threads refuses no duplicates; a container is published once.' },
    media_rejected: { elsewhere: 'Media are judged when the container is made, and while it is processed.' },
    platform_error: 'object_missing',
    rate_limited: 'call_limit',
    reconnect_required: 'token_invalid',
    scope_missing: 'permission_missing',
    token_expired: 'token_expired',
    transient: 'not_found',
  },
  missingPostId: '18000000000000000',
};
