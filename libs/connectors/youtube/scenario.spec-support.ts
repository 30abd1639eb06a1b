import type { Scenario } from '../kit/scenario.spec-support.ts';
import { mediaFile } from '../kit/testbed.spec-support.ts';
import { errors } from './errors.ts';
import { youtube as connector } from './index.ts';
import { youtubeSimulator } from './simulator.ts';

const video = () => mediaFile({ type: 'video' });

export const youtube: Scenario = {
  connector,
  simulator: youtubeSimulator,
  errors,
  severalAccounts: 'channels_user',
  examples: () => {
    const thumbnail = mediaFile({ type: 'image' });
    return {
      video: { text: 'A video', media: [video()], options: { title: 'Title', tags: ['one', 'two words'] } },
      first_comment: { text: 'A video', media: [video()], options: { firstComment: 'And a comment' } },
      visibility: { text: 'For those who have the link', media: [video()], options: { visibility: 'unlisted' } },
      cover: { text: 'Covered', media: [{ ...video(), thumbnail: thumbnail.url }], attachments: { 'mediaItems[0].thumbnail': thumbnail } },
    };
  },
  refusals: {
    account_restricted: 'account_suspended',
    app_restricted: 'api_not_enabled',
    content_rejected: 'invalid_metadata',
    media_rejected: 'media_required',
    platform_error: { elsewhere: 'What is not found while the last bytes are sent is the session, which is opened anew.' },
    quota_exhausted: 'uploads_per_day',
    rate_limited: 'rate_limit',
    scope_missing: 'scope_missing',
    token_expired: 'invalid_credentials',
  },
  missingPostId: 'AAAAAAAAAAA',
};
