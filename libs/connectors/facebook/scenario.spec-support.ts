import type { Scenario } from '../kit/scenario.spec-support.ts';
import { mediaFile } from '../kit/testbed.spec-support.ts';
import { errors } from './errors.ts';
import { facebook as connector } from './index.ts';
import { facebookSimulator } from './simulator.ts';

const video = () => mediaFile({ type: 'video' });
const reel = () => mediaFile({ type: 'video', width: 1080, height: 1920 });

export const facebook: Scenario = {
  connector,
  simulator: facebookSimulator,
  errors,
  severalAccounts: 'pages_user',
  examples: () => {
    const cover = mediaFile({ type: 'image' });
    return {
      text: { text: 'A text' },
      image: { text: 'A picture', media: [mediaFile({ type: 'image' })] },
      images: { text: 'Pictures', media: [mediaFile({ type: 'image' }), mediaFile({ type: 'image', mimeType: 'image/png' })] },
      video: { text: 'A video', media: [video()], options: { title: 'Title' } },
      story: { text: '', media: [mediaFile({ type: 'image' })], options: { contentType: 'story' } },
      short_video: { text: 'A reel', media: [reel()], options: { contentType: 'reel' } },
      link_card: { text: 'A link', options: { link: 'https://news.example/article' } },
      first_comment: { text: 'A text', options: { firstComment: 'And a comment' } },
      alt_text: { text: 'Described', media: [mediaFile({ type: 'image' })], options: { altText: ['A square'] } },
      cover: { text: 'Covered', media: [video()], options: { videoThumbnailUrl: cover.url }, attachments: { 'platformSpecificData.videoThumbnailUrl': cover } },
      platform_draft: { text: 'A draft', options: { published: false } },
    };
  },
  refusals: {
    account_restricted: 'publishing_authorization',
    content_rejected: 'community_standards',
    duplicate: 'duplicate',
    media_rejected: 'invalid_image',
    platform_error: 'object_missing',
    rate_limited: 'page_limit',
    reconnect_required: 'token_invalid',
    scope_missing: 'no_manage_posts',
    token_expired: 'token_expired',
    transient: { elsewhere: 'A passing error of Facebook may hide a post, so the outcome is unknown and is looked up.' },
  },
  missingPostId: '100000000000001_100000000000002',
};
