import type { Scenario } from '../kit/scenario.spec-support.ts';
import { mediaFile } from '../kit/testbed.spec-support.ts';
import { errors } from './errors.ts';
import { instagram as connector } from './index.ts';
import { instagramSimulator } from './simulator.ts';

const reel = () => mediaFile({ type: 'video', width: 1080, height: 1920 });

export const instagram: Scenario = {
  connector,
  simulator: instagramSimulator,
  errors,
  renewsWithoutApp: true,
  lacks: {
    selection: 'With Instagram Login a consent is for one account.',
    delete: 'With Instagram Login there is no call that deletes media.',
  },
  examples: () => {
    const cover = mediaFile({ type: 'image' });
    return {
      image: { text: 'A picture', media: [mediaFile({ type: 'image' })] },
      images: { text: 'A carousel', media: [mediaFile({ type: 'image' }), mediaFile({ type: 'image' })] },
      video: { text: 'A video', media: [mediaFile({ type: 'video' })] },
      story: { text: '', media: [mediaFile({ type: 'image' })], options: { contentType: 'story' } },
      short_video: { text: 'A reel', media: [reel()], options: { shareToFeed: false } },
      first_comment: { text: 'A picture', media: [mediaFile({ type: 'image' })], options: { firstComment: 'And a comment' } },
      alt_text: { text: 'Described', media: [mediaFile({ type: 'image' })], options: { altText: ['A square'] } },
      cover: { text: 'A reel with a cover', media: [reel()], options: { coverUrl: cover.url }, attachments: { 'platformSpecificData.coverUrl': cover } },
    };
  },
  refusals: {
    account_restricted: 'blocked',
    content_rejected: { elsewhere: 'The caption is judged when the container is made.' },
    duplicate: { elsewhere: 'Instagram names it for comments only; a container is published once.' },
    media_rejected: { elsewhere: 'Media are judged when the container is made, and while it is processed.' },
    platform_error: 'container_missing',
    quota_exhausted: 'daily_limit',
    rate_limited: 'business_limit',
    reconnect_required: 'token_invalid',
    scope_missing: 'permission_missing',
    token_expired: 'token_expired',
    transient: 'not_ready',
  },
  missingPostId: '17900000000000000',
};

/** The same by Facebook Login: accounts behind pages. */
export const instagramByFacebook: Scenario = {
  ...instagram,
  login: 'facebook',
  severalAccounts: 'pages_user',
  lacks: { refresh: 'The token of a page has no expiry and is not renewed.' },
};
