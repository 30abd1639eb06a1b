import type { Scenario } from '../kit/scenario.spec-support.ts';
import { mediaFile, type Example } from '../kit/testbed.spec-support.ts';
import { errors } from './errors.ts';
import { bluesky as connector } from './index.ts';
import { blueskySimulator } from './simulator.ts';

const login = (password: string) => ({ identifier: 'alice.sandbox.example', password });

function thread(): Example {
  const picture = mediaFile({ type: 'image' });
  const options = { threadItems: [{ content: 'Second', mediaItems: [{ type: 'image', url: picture.url }], altText: ['A picture'] }, { content: 'Third' }] };
  return { text: 'First', options, attachments: { 'platformSpecificData.threadItems[0].mediaItems[0]': picture } };
}

function linkCard(): Example {
  const picture = mediaFile({ type: 'image' });
  const options = { linkCard: { url: 'https://example.com/a', title: 'A page', thumbnailUrl: picture.url } };
  return { text: 'A link', options, attachments: { 'platformSpecificData.linkCard.thumbnailUrl': picture } };
}

export const bluesky: Scenario = {
  connector,
  simulator: blueskySimulator,
  errors,
  credentials: { good: login('abcd-efgh-ijkl-mnop'), bad: login('wrong-efgh-ijkl-mnop') },
  examples: () => ({
    text: { text: 'A text' },
    image: { text: 'A picture', media: [mediaFile({ type: 'image' })] },
    images: { text: 'Pictures', media: [mediaFile({ type: 'image' }), mediaFile({ type: 'image', mimeType: 'image/png' })] },
    video: { text: 'A video', media: [mediaFile({ type: 'video' })] },
    thread: thread(),
    link_card: linkCard(),
    content_warning: { text: 'With a warning', options: { contentWarning: 'graphic-media' } },
    alt_text: { text: 'A picture with words', media: [mediaFile({ type: 'image' })], options: { altText: ['What is seen'] } },
  }),
  refusals: {
    account_restricted: 'account_takedown',
    content_rejected: 'too_many_graphemes',
    media_rejected: 'blob_too_big',
    platform_error: 'invalid_record_key',
    rate_limited: 'rate_limit_exceeded',
    reconnect_required: 'account_not_found',
    scope_missing: 'bad_token_scope',
    token_expired: 'expired_token',
    transient: 'blob_not_found',
  },
  missingPostId: 'at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/app.bsky.feed.post/3aaaaaaaaaaaa',
};
