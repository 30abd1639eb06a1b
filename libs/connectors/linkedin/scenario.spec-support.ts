import type { Scenario } from '../kit/scenario.spec-support.ts';
import { mediaFile } from '../kit/testbed.spec-support.ts';
import { errors } from './errors.ts';
import { linkedin as connector } from './index.ts';
import { linkedinSimulator } from './simulator.ts';

const picture = (more = {}) => mediaFile({ type: 'image', ...more });
const video = () => mediaFile({ type: 'video', sizeBytes: 80_000 });

/** By an approved app, as an organization. */
export const linkedin: Scenario = {
  connector,
  simulator: linkedinSimulator,
  errors,
  account: 'pages_user',
  severalAccounts: 'pages_user',
  chooses: ({ metadata }) => metadata['type'] === 'organization',
  examples: () => {
    const cover = picture();
    return {
      text: { text: 'A text (with brackets) #and a tag' },
      image: { text: 'A picture', media: [picture()] },
      images: { text: 'Pictures', media: [picture(), picture({ mimeType: 'image/png' })] },
      video: { text: 'A video', media: [video()] },
      gif: { text: 'It moves', media: [mediaFile({ type: 'gif' })] },
      document: { text: 'A document', media: [mediaFile({ type: 'document' })], options: { documentTitle: 'Title' } },
      link_card: { text: 'A link', options: { articleUrl: 'https://news.example/article', articleTitle: 'Title', articleThumbnailUrl: cover.url }, attachments: { 'platformSpecificData.articleThumbnailUrl': cover } },
      poll: { text: 'Asked', options: { poll: { question: 'Which?', options: ['One', 'Two'] } } },
      first_comment: { text: 'A text', options: { firstComment: 'And a comment' } },
      alt_text: { text: 'Described', media: [picture()], options: { altText: ['A square'] } },
      visibility: { text: 'Not for all', options: { visibility: 'LOGGED_IN' } },
      cover: { text: 'Covered', media: [{ ...video(), thumbnail: cover.url }], attachments: { 'mediaItems[0].thumbnail': cover } },
    };
  },
  refusals: {
    app_restricted: 'version_retired',
    content_rejected: 'too_long',
    duplicate: 'duplicate',
    media_rejected: 'invalid_image',
    platform_error: 'not_found',
    rate_limited: 'member_limit',
    reconnect_required: 'token_revoked',
    scope_missing: 'access_denied',
    token_expired: 'token_expired',
    transient: 'conflict',
  },
  missingPostId: 'urn:li:share:6999999999999999999',
};

/** By an app that has the products for members only. */
export const linkedinForMembers: Scenario = {
  ...linkedin,
  login: 'member',
  account: 'sandbox_user',
  chooses: ({ metadata }) => metadata['type'] === 'person',
  lacks: {
    selection: 'Such an app reaches the member alone.',
    refresh: 'LinkedIn gives refresh tokens to approved partners only.',
    lookup: 'LinkedIn lets no app of this kind read posts.',
    analytics: 'LinkedIn tells figures only to apps with the Community Management API.',
  },
};
