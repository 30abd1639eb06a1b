import type { Content, Manifest, MediaFacts, Violation } from '../kit/index.ts';
import { optionsSchema } from './schemas.ts';

const MIB = 1024 * 1024;
const READ = '2026-11-22';
const file = { maxBytes: 10 * MIB, maxCount: 10 };

function check(content: Content, _media: readonly MediaFacts[]): Violation[] {
  const { threadId, threadName } = optionsSchema.parse(content.options);
  if (threadId === undefined || threadName === undefined) return [];
  return [{ rule: 'option_invalid', message: 'Give threadId or threadName, not both.', path: 'platformSpecificData.threadName' }];
}

export const manifest: Manifest = {
  platform: 'discord',
  displayName: 'Discord',
  status: 'prod',
  hosts: { api: 'https://discord.com/api' },
  auth: {
    kind: 'credentials',
    fieldHelp: { webhookUrl: 'In Discord: channel settings, Integrations, Webhooks, New Webhook, Copy Webhook URL.' },
    rotatesRefreshToken: false,
  },
  protection: { class: 'E', settleMs: 60_000 },
  submitDeadlineMs: 60_000,
  limits: {
    text: [{ unit: 'characters', max: 2000, count: (text) => text.length }],
    textRequired: 'without_media',
    mediaRequired: false,
    maxMedia: 10,
    exclusive: [],
    media: {
      image: { ...file, mimeTypes: ['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/heic', 'image/bmp', 'image/tiff'] },
      gif: { ...file, mimeTypes: ['image/gif'] },
      video: { ...file, mimeTypes: ['video/mp4', 'video/quicktime', 'video/webm', 'video/x-matroska', 'video/x-msvideo'] },
      document: { ...file, mimeTypes: ['application/pdf', 'text/plain', 'text/csv', 'application/zip'] },
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
    { fact: 'error codes', source: 'discord/discord-api-docs: topics/opcodes-and-status-codes', read: READ },
    { fact: 'rate limits', source: 'discord/discord-api-docs: topics/rate-limits', read: READ },
    { fact: '10 MiB per file', source: 'discord/discord-api-docs: reference.mdx, uploading files', read: READ },
    {
      fact: 'no look-up: a webhook cannot list messages',
      source: 'discord/discord-api-docs: developers/resources/webhook.mdx',
      read: READ,
    },
  ],
};
