import type { Scenario } from '../kit/scenario.spec-support.ts';
import { mediaFile } from '../kit/testbed.spec-support.ts';
import { errors } from './errors.ts';
import { beehiiv as connector } from './index.ts';
import { beehiivSimulator } from './simulator.ts';

export const PUBLICATION = 'pub_00000000-0000-0000-0000-00000000000a';
const login = (apiKey: string) => ({ apiKey, publicationId: PUBLICATION });

export const beehiiv: Scenario = {
  connector,
  simulator: beehiivSimulator,
  errors,
  credentials: { good: login('a-key'), bad: login('wrong-key') },
  examples: () => ({
    text: { text: 'A title\n\nA text' },
    image: { text: 'A picture', media: [mediaFile({ type: 'image' })] },
    images: { text: 'Pictures', media: [mediaFile({ type: 'image' }), mediaFile({ type: 'image', mimeType: 'image/png' })] },
    gif: { text: 'A GIF', media: [mediaFile({ type: 'gif' })] },
    alt_text: { text: 'A picture with words', media: [mediaFile({ type: 'image' })], options: { altText: ['What is seen'] } },
    visibility: { text: 'For those who pay', options: { recipients: { web: { tierIds: ['premium'] } } } },
  }),
  refusals: {
    account_restricted: 'plan',
    content_rejected: 'bad_request',
    rate_limited: 'rate_limited',
    reconnect_required: 'unauthorized',
    scope_missing: 'scope',
    transient: 'not_found',
  },
  missingPostId: 'post_ffffffff-ffff-ffff-ffff-ffffffffffff',
};
