import {
  bodyJson,
  harmless,
  multipartBody,
  screen,
  withQuery,
  type CallContext,
  type HttpRequest,
  type MediaFile,
  type Part,
  type Publication,
  type Publisher,
  type Submitted,
} from '../kit/index.ts';
import { embedBody } from './embeds.ts';
import { errors, isUnknownMessage } from './errors.ts';
import { manifest } from './manifest.ts';
import { messageSchema, metadataSchema, optionsSchema, type DiscordOptions } from './schemas.ts';
import { addressOf, messageUrl, postIdOf } from './webhook.ts';

const SUPPRESS_EMBEDS = 4;
const SUPPRESS_NOTIFICATIONS = 4096;

function pollBody({ question, options, durationHours, multiple }: NonNullable<DiscordOptions['poll']>): Readonly<Record<string, unknown>> {
  return {
    question: { text: question },
    answers: options.map((text) => ({ poll_media: { text } })),
    ...(durationHours === undefined ? {} : { duration: durationHours }),
    ...(multiple === undefined ? {} : { allow_multiselect: multiple }),
  };
}

/** The text may hold `@everyone`, which must not ping: Plaza speaks for a user who may not be allowed to. */
function payload(publication: Publication): Readonly<Record<string, unknown>> {
  const { content } = publication;
  const options = optionsSchema.parse(content.options);
  const flags =
    (options.suppressEmbeds === true ? SUPPRESS_EMBEDS : 0) | (options.suppressNotifications === true ? SUPPRESS_NOTIFICATIONS : 0);
  return {
    ...(content.text === '' ? {} : { content: content.text }),
    allowed_mentions: { parse: [] },
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.avatarUrl === undefined ? {} : { avatar_url: options.avatarUrl }),
    ...(options.threadName === undefined ? {} : { thread_name: options.threadName }),
    ...(options.appliedTags === undefined ? {} : { applied_tags: options.appliedTags }),
    ...(options.embeds === undefined ? {} : { embeds: options.embeds.map(embedBody) }),
    ...(options.poll === undefined ? {} : { poll: pollBody(options.poll) }),
    ...(flags === 0 ? {} : { flags }),
  };
}

function fileName(file: MediaFile, index: number): string {
  const path = URL.canParse(file.url) ? new URL(file.url).pathname : '';
  const name =
    path
      .split('/')
      .at(-1)
      ?.replaceAll(/[^\w.-]/g, '') ?? '';
  const extension = file.mimeType.split('/').at(-1)?.replaceAll(/\W/g, '') ?? 'bin';
  return /\.\w+$/.test(name) ? name.slice(-100) : `file-${index + 1}.${extension}`;
}

async function body(publication: Publication): Promise<Pick<HttpRequest, 'headers' | 'body'>> {
  const json = payload(publication);
  if (publication.media.length === 0) return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) };
  const { altText = [], spoiler } = optionsSchema.parse(publication.content.options);
  // A file of this name is what Discord takes for a spoiler.
  const names = publication.media.map((file, index) => `${spoiler === true ? 'SPOILER_' : ''}${fileName(file, index)}`);
  const attachments = names.map((filename, id) => ({ id, filename, ...(altText[id] === undefined ? {} : { description: altText[id] }) }));
  const files: Part[] = [];
  for (const [index, file] of publication.media.entries()) {
    files.push({ name: `files[${index}]`, filename: names[index] ?? 'file', contentType: file.mimeType, content: await file.stream() });
  }
  const form = multipartBody([
    { name: 'payload_json', contentType: 'application/json', content: JSON.stringify({ ...json, attachments }) },
    ...files,
  ]);
  return { headers: { 'content-type': form.contentType }, body: form.body };
}

/** `wait=true` makes Discord answer with the message, and tell when it could not be saved. */
async function submit(context: CallContext, publication: Publication): Promise<Submitted> {
  const { threadId, threadName } = optionsSchema.parse(publication.content.options);
  const url = withQuery(addressOf(context, publication.credential), { wait: 'true', thread_id: threadId });
  let request: Pick<HttpRequest, 'headers' | 'body'>;
  try {
    request = await body(publication);
  } catch (error) {
    return { kind: 'unsent', reason: `the media cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
  const outcome = await context.http.send({ method: 'POST', url, visible: true, deadlineMs: manifest.submitDeadlineMs, ...request });
  const screened = screen(outcome, errors, context.nowMs);
  if (screened.kind !== 'response') return screened;
  const message = messageSchema.safeParse(bodyJson(screened));
  if (!message.success) return { kind: 'unknown', reason: 'the answer to Execute Webhook cannot be read', httpStatus: screened.status };
  const { id, channel_id: channelId } = message.data;
  const { guildId } = metadataSchema.safeParse(publication.account.metadata).data ?? {};
  const isInThread = threadId !== undefined || threadName !== undefined;
  return {
    kind: 'published',
    platformPostId: postIdOf(id, isInThread ? channelId : undefined),
    platformPostUrl: typeof guildId === 'string' ? `https://discord.com/channels/${guildId}/${channelId}/${id}` : null,
  };
}

/** Execute Webhook (discord-api-docs, resources/webhook). No look-up: a webhook cannot list its messages. */
export const publish: Publisher = {
  submit,
  remove: async (context, { credential }, platformPostId) => {
    const screened = screen(await context.http.send({ method: 'DELETE', url: messageUrl(context, credential, platformPostId) }), errors, context.nowMs);
    if (screened.kind === 'response' || isUnknownMessage(screened)) return { kind: 'deleted' };
    return harmless(screened);
  },
};
