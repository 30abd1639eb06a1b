import type { Scenario } from '../kit/scenario.spec-support.ts';
import { mediaFile } from '../kit/testbed.spec-support.ts';
import { errors } from './errors.ts';
import { ghost as connector } from './index.ts';
import { ghostSimulator } from './simulator.ts';

/** The simulated site's key of an id. */
export const keyOf = (id: string): string => `${id}:${id.repeat(3).slice(0, 64)}`;
export const KEY_ID = '0123456789abcdef01234567';
const login = (adminApiKey: string) => ({ adminApiUrl: 'https://blog.example.com', adminApiKey });

export const ghost: Scenario = {
  connector,
  simulator: ghostSimulator,
  errors,
  credentials: { good: login(keyOf(KEY_ID)), bad: login(`${KEY_ID}:${'0'.repeat(64)}`) },
  examples: () => ({
    text: { text: 'A title\n\nA text' },
    image: { text: 'A picture', media: [mediaFile({ type: 'image' })] },
    images: { text: 'Pictures', media: [mediaFile({ type: 'image' }), mediaFile({ type: 'image', mimeType: 'image/png' })] },
    video: { text: 'A video', media: [mediaFile({ type: 'video' })] },
    gif: { text: 'A GIF', media: [mediaFile({ type: 'gif' })] },
    document: { text: 'A document', media: [mediaFile({ type: 'document' })] },
    alt_text: { text: 'A picture with words', media: [mediaFile({ type: 'image' })], options: { altText: ['What is seen'] } },
    visibility: { text: 'For members', options: { visibility: 'members' } },
  }),
  refusals: {
    account_restricted: 'host_limit',
    content_rejected: 'title_too_long',
    media_rejected: { elsewhere: 'Files are uploaded before.' },
    platform_error: 'invalid_header',
    rate_limited: 'too_many_requests',
    reconnect_required: 'unknown_key',
    scope_missing: 'not_for_tokens',
    transient: 'update_collision',
  },
  accepted: () => ({ text: 'Mailed', options: { newsletter: 'default-newsletter' } }),
  missingPostId: 'ffffffffffffffffffffffff',
};
