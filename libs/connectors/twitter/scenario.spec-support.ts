import type { MediaFile } from '../kit/index.ts';
import type { Scenario } from '../kit/scenario.spec-support.ts';
import { mediaFile, type Example } from '../kit/testbed.spec-support.ts';
import { errors } from './errors.ts';
import { twitter as connector } from './index.ts';
import { twitterSimulator } from './simulator.ts';

function thread(): Example {
  const [picture, video] = [mediaFile({ type: 'image' }), mediaFile({ type: 'video' })];
  const item = (content: string, { type, url }: MediaFile) => ({ content, mediaItems: [{ type, url }] });
  const path = (index: number) => `platformSpecificData.threadItems[${index}].mediaItems[0]`;
  return {
    text: 'First',
    options: { threadItems: [{ content: 'Second' }, { ...item('Third', picture), altText: ['A picture'] }, item('Fourth', video)] },
    attachments: { [path(1)]: picture, [path(2)]: video },
  };
}

export const twitter: Scenario = {
  connector,
  simulator: twitterSimulator,
  errors,
  examples: () => ({
    text: { text: 'A text' },
    image: { text: 'A picture', media: [mediaFile({ type: 'image' })] },
    images: { text: 'Pictures', media: [mediaFile({ type: 'image' }), mediaFile({ type: 'image', mimeType: 'image/png' })] },
    video: { text: 'A video', media: [mediaFile({ type: 'video' })] },
    gif: { text: 'A GIF', media: [mediaFile({ type: 'gif' })] },
    thread: thread(),
    alt_text: { text: 'With words', media: [mediaFile({ type: 'image' }), mediaFile({ type: 'image' })], options: { altText: ['What is seen'] } },
    poll: { text: 'Which?', options: { poll: { options: ['This', 'That'], durationMinutes: 60 } } },
  }),
  refusals: {
    account_restricted: 'suspended',
    app_restricted: 'client_not_enrolled',
    content_rejected: 'text_too_long',
    duplicate: 'duplicate',
    media_rejected: 'invalid_media',
    quota_exhausted: 'usage_capped',
    rate_limited: 'rate_limited_legacy',
    reconnect_required: 'unsupported_authentication',
    scope_missing: 'not_permitted',
    token_expired: 'unauthorized',
  },
  missingPostId: '1',
};
