import type { Scenario } from '../kit/scenario.spec-support.ts';
import { mediaFile } from '../kit/testbed.spec-support.ts';
import { errors } from './errors.ts';
import { discord as connector } from './index.ts';
import { discordSimulator } from './simulator.ts';

const webhook = (token: string) => ({ webhookUrl: `https://discord.com/api/webhooks/42/${token}` });

export const discord: Scenario = {
  connector,
  simulator: discordSimulator,
  errors,
  credentials: { good: webhook('a-token_of-16-characters-or-more'), bad: webhook('wrong-token_of-16-characters-or-more') },
  examples: () => ({
    text: { text: 'A text' },
    image: { text: 'A picture', media: [mediaFile({ type: 'image' })] },
    images: { text: 'Pictures', media: [mediaFile({ type: 'image' }), mediaFile({ type: 'image', mimeType: 'image/png' })] },
    video: { text: 'A video', media: [mediaFile({ type: 'video' })] },
    gif: { text: 'A GIF', media: [mediaFile({ type: 'gif' })] },
    alt_text: { text: 'With words', media: [mediaFile({ type: 'image' })], options: { altText: ['What is seen'] } },
    content_warning: { text: 'Covered', media: [mediaFile({ type: 'image' })], options: { spoiler: true } },
    link_card: { text: '', options: { embeds: [{ title: 'A card', url: 'https://plaza.example/' }] } },
    poll: { text: 'A poll', options: { poll: { question: 'Which?', options: ['This', 'That'] } } },
    document: { text: 'A document', media: [mediaFile({ type: 'document' })] },
  }),
  refusals: {
    content_rejected: 'invalid_form',
    media_rejected: 'file_too_large',
    rate_limited: 'global_rate_limit',
    reconnect_required: 'invalid_webhook_token',
    transient: 'sending_disabled',
  },
  missingPostId: '1',
};
