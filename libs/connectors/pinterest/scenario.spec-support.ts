import type { Scenario } from '../kit/scenario.spec-support.ts';
import { mediaFile } from '../kit/testbed.spec-support.ts';
import { errors } from './errors.ts';
import { pinterest as connector } from './index.ts';
import { pinterestSimulator } from './simulator.ts';
import { boardIdOf } from './simulator/world.ts';

const picture = (more = {}) => mediaFile({ type: 'image', ...more });
const video = () => mediaFile({ type: 'video' });
const options = { boardId: boardIdOf('sandbox_user', 0) };

export const pinterest: Scenario = {
  connector,
  simulator: pinterestSimulator,
  errors,
  examples: () => {
    const cover = picture();
    return {
      image: { text: 'A picture', media: [picture()], options },
      images: { text: 'Pictures', media: [picture(), picture({ mimeType: 'image/png' })], options },
      video: { text: 'A video', media: [video()], options },
      link_card: { text: 'A recipe', media: [picture()], options: { ...options, title: 'Title', link: 'https://recipes.example/soup' } },
      alt_text: { text: 'Described', media: [picture()], options: { ...options, altText: 'A bowl of soup' } },
      cover: { text: 'Covered', media: [{ ...video(), thumbnail: cover.url }], options, attachments: { 'mediaItems[0].thumbnail': cover } },
    };
  },
  refusals: {
    account_restricted: 'account_under_review',
    app_restricted: 'trial_access',
    content_rejected: 'spam',
    media_rejected: 'cover_missing',
    platform_error: 'pin_not_found',
    quota_exhausted: 'posts_of_the_day',
    rate_limited: 'rate_limit',
    scope_missing: 'scope_missing',
    token_expired: 'token_expired',
    transient: 'something_wrong',
  },
  missingPostId: '100000000000000001',
};
