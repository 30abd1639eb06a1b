import type { Content, Manifest, MediaFacts, Violation } from '../kit/index.ts';
import { embedProblem } from './embeds.ts';
import { optionsSchema } from './schemas.ts';

const MIB = 1024 * 1024;
const READ = '2026-11-22';
const file = { maxBytes: 10 * MIB, maxCount: 10 };

function check(content: Content, media: readonly MediaFacts[]): Violation[] {
  const { threadId, threadName, appliedTags, embeds = [], poll, altText = [] } = optionsSchema.parse(content.options);
  const violations: Violation[] = [];
  if (content.text.trim() === '' && media.length === 0 && embeds.length === 0 && poll === undefined) {
    violations.push({ rule: 'text_required', message: 'A text, a medium, an embed or a poll is required.', path: 'content' });
  }
  if (poll !== undefined && (media.length > 0 || embeds.length > 0)) {
    violations.push({ rule: 'option_invalid', message: 'A poll cannot be combined with media or embeds.', path: 'platformSpecificData.poll' });
  }
  const problem = embedProblem(embeds);
  if (problem !== undefined) violations.push({ rule: 'option_invalid', ...problem, path: 'platformSpecificData.embeds' });
  if (appliedTags !== undefined && threadName === undefined) {
    violations.push({ rule: 'option_invalid', message: 'Tags are for a thread that threadName opens.', path: 'platformSpecificData.appliedTags' });
  }
  if (threadId !== undefined && threadName !== undefined) {
    violations.push({ rule: 'option_invalid', message: 'Give threadId or threadName, not both.', path: 'platformSpecificData.threadName' });
  }
  if (altText.length > media.length) {
    const message = `There are ${altText.length} alt texts for ${media.length} media items.`;
    violations.push({ rule: 'option_invalid', message, limit: media.length, actual: altText.length, path: 'platformSpecificData.altText' });
  }
  return violations;
}

export const manifest: Manifest = {
  platform: 'discord',
  displayName: 'Discord',
  status: 'prod',
  hosts: { api: 'https://discord.com/api' },
  auth: {
    credentials: {
      fieldHelp: { webhookUrl: 'In Discord: channel settings, Integrations, Webhooks, New Webhook, Copy Webhook URL.' },
      rotatesRefreshToken: false,
    },
  },
  features: {
    text: true,
    image: true,
    images: true,
    video: true,
    gif: true,
    document: true,
    thread: 'A thread on Discord is a channel of its own; post into one with threadId or threadName.',
    story: 'Discord has no stories.',
    short_video: 'Discord has no format of its own for short videos.',
    link_card: true,
    poll: true,
    first_comment: 'Discord has no comments; a reply would be a message like any other.',
    alt_text: true,
    content_warning: true,
    visibility: 'Who sees a message follows from its channel.',
    cover: 'Discord chooses the frame of a video itself.',
    platform_draft: 'A webhook has no drafts.',
    selection: 'A webhook is one channel.',
    refresh: 'A webhook does not expire.',
    revoke: 'Deleting the webhook would take it from its owner too.',
    lookup: 'A webhook cannot list the messages of its channel.',
    delete: true,
    analytics: true,
  },
  protection: { class: 'E', settleMs: 60_000 },
  submitDeadlineMs: 60_000,
  limits: {
    text: [{ unit: 'characters', max: 2000, count: (text) => text.length }],
    textRequired: 'never',
    mediaRequired: false,
    maxMedia: 10,
    exclusive: [],
    media: {
      image: { ...file, mimeTypes: ['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/heic', 'image/bmp', 'image/tiff'] },
      gif: { ...file, mimeTypes: ['image/gif'] },
      video: { ...file, mimeTypes: ['video/mp4', 'video/quicktime', 'video/webm', 'video/x-matroska', 'video/x-msvideo'] },
      document: { ...file, mimeTypes: ['application/pdf'] },
    },
  },
  options: optionsSchema,
  check,
  sources: [
    {
      fact: 'webhooks: check, Execute Webhook, limits of a message',
      source: 'discord/discord-api-docs: developers/resources/webhook.mdx',
      read: READ,
    },
    { fact: 'embeds and their limits; reactions of a message, counted as likes', source: 'discord/discord-api-docs: developers/resources/message.mdx', read: READ },
    { fact: 'polls: 10 answers, 32 days', source: 'discord/discord-api-docs: developers/resources/poll.mdx', read: '2026-11-23' },
    { fact: 'a poll has neither media nor embeds', source: "inferred from the client's own behaviour; the documentation does not say it", read: '2026-11-23' },
    { fact: 'tags of forum and media channels', source: 'discord/discord-api-docs: developers/resources/webhook.mdx', read: READ },
    { fact: 'error codes', source: 'discord/discord-api-docs: topics/opcodes-and-status-codes', read: READ },
    { fact: 'rate limits', source: 'discord/discord-api-docs: topics/rate-limits', read: READ },
    { fact: 'descriptions of files, 1,024 characters', source: 'discord/discord-api-docs: developers/resources/message.mdx, attachment object', read: READ },
    { fact: 'a file whose name begins with SPOILER_ is one', source: "inferred from the client's own behaviour; the documentation does not say it", read: READ },
    { fact: '10 MiB per file', source: 'discord/discord-api-docs: reference.mdx, uploading files', read: READ },
    {
      fact: 'no look-up: a webhook cannot list messages',
      source: 'discord/discord-api-docs: developers/resources/webhook.mdx',
      read: READ,
    },
  ],
};
