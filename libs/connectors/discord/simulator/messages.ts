import { z } from 'zod';
import type { SimulatedRequest, SimulatedResponse, SimulatorHost, Table } from '../../kit/simulator.ts';
import { emptyMessage, fileTooLarge, invalidForm, json, tooManyAttachments, unknownMessage } from './answers.ts';

const MAX_CONTENT = 2000;
const MAX_FILE_BYTES = 10 * 1024 * 1024;
const MAX_FILES = 10;
const MAX_EMBED_TEXT = 6000;
/** After so long others have seen a message. */
const SEEN_AFTER_MS = 60_000;
const DISCORD_EPOCH_MS = 1_420_070_400_000;

export interface Webhook {
  readonly id: string;
  readonly token: string;
  readonly channelId: string;
  readonly guildId: string;
}

interface StoredFile {
  readonly filename: string;
  readonly size: number;
  readonly contentType: string;
}

export interface Message {
  readonly id: string;
  readonly webhookId: string;
  readonly channelId: string;
  readonly content: string;
  readonly username: string;
  readonly files: readonly StoredFile[];
  readonly flags: number;
  readonly embeds: readonly EmbedFields[];
  readonly poll: PollFields | undefined;
  readonly createdAtMs: number;
}

const text = (max: number) => z.string().min(1).max(max);
const link = z.url({ protocol: /^(https?|attachment)$/ }).max(2048);
const pictured = z.object({ url: link });

/** Embed object and its limits (resources/message). */
const embedSchema = z.object({
  title: text(256).optional(),
  description: text(4096).optional(),
  url: link.optional(),
  color: z.int().min(0).max(16_777_215).optional(),
  timestamp: z.string().refine((at) => !Number.isNaN(Date.parse(at))).optional(),
  image: pictured.optional(),
  thumbnail: pictured.optional(),
  author: z.object({ name: text(256), url: link.optional(), icon_url: link.optional() }).optional(),
  footer: z.object({ text: text(2048), icon_url: link.optional() }).optional(),
  fields: z.array(z.object({ name: text(256), value: text(1024), inline: z.boolean().optional() })).max(25).optional(),
});
type EmbedFields = z.infer<typeof embedSchema>;

/** Poll create request (resources/poll). */
const pollSchema = z.object({
  question: z.object({ text: text(300) }),
  answers: z.array(z.object({ poll_media: z.object({ text: text(55) }) })).min(1).max(10),
  duration: z.int().min(1).max(768).default(24),
  allow_multiselect: z.boolean().default(false),
});
type PollFields = z.infer<typeof pollSchema>;

/** The fields of Execute Webhook that the simulator looks at; Discord ignores what it does not know. */
const payloadSchema = z.object({
  content: z.string().nullish(),
  username: z.string().min(1).max(80).nullish(),
  avatar_url: z.string().max(2048).nullish(),
  tts: z.boolean().optional(),
  embeds: z.array(embedSchema).max(10).optional(),
  poll: pollSchema.optional(),
  applied_tags: z.array(z.string().regex(/^\d+$/)).max(5).optional(),
  allowed_mentions: z.object({ parse: z.array(z.enum(['roles', 'users', 'everyone'])).optional() }).optional(),
  flags: z.int().optional(),
  thread_name: z.string().min(1).max(100).optional(),
});

interface Upload {
  readonly payload: unknown;
  readonly files: readonly StoredFile[];
}

/** JSON, or a multipart form with `payload_json` and `files[n]`. */
async function readUpload(request: SimulatedRequest): Promise<Upload | undefined> {
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return { payload: parseJson(Buffer.from(request.body).toString('utf8')), files: [] };
  const form = await new Response(new Uint8Array(request.body), { headers: { 'content-type': type } }).formData().catch(() => undefined);
  if (form === undefined) return undefined;
  const payload = form.get('payload_json');
  const files = [...form].flatMap(([name, value]) =>
    typeof value === 'string' || !/^files\[\d+\]$/.test(name) ? [] : [{ filename: value.name, size: value.size, contentType: value.type }],
  );
  return { payload: typeof payload === 'string' ? parseJson(payload) : parseJson((await payload?.text()) ?? '{}'), files };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The text of a message for the sandbox's magic words, read without parsing the whole form. */
export function textOf(request: SimulatedRequest): string | undefined {
  const type = request.headers['content-type'] ?? '';
  const body = Buffer.from(request.body).toString('utf8');
  const [, part] = /name="payload_json"[^]*?\r\n\r\n([^]*?)\r\n--/.exec(type.startsWith('multipart/') ? body : '') ?? [];
  const parsed = z.object({ content: z.string() }).safeParse(parseJson(part ?? body));
  return parsed.success ? parsed.data.content : undefined;
}

export function messageCalls(host: SimulatorHost, messages: Table<Message>) {
  const newId = (): string => {
    for (;;) {
      const low = BigInt(`0x${Buffer.from(host.random(3), 'base64url').toString('hex')}`) & 0x3fffffn;
      const id = ((BigInt(Math.max(host.now() - DISCORD_EPOCH_MS, 1)) << 22n) | low).toString();
      if (messages.get(id) === undefined) return id;
    }
  };
  return {
    /** `wait=false` makes the message too, but answers nothing. */
    async execute(webhook: Webhook, request: SimulatedRequest): Promise<SimulatedResponse> {
      const upload = await readUpload(request);
      const parsed = payloadSchema.safeParse(upload?.payload);
      if (upload === undefined || !parsed.success)
        return invalidForm(issuePath(parsed.error), 'BASE_TYPE_BAD', 'Could not interpret the value.');
      const problem = contentProblem(parsed.data, upload.files);
      if (problem !== undefined) return problem;
      const id = newId();
      // A new thread of a forum has the id of its first message.
      const thread = parsed.data.thread_name === undefined ? request.query.get('thread_id') : id;
      const message: Message = {
        id,
        webhookId: webhook.id,
        channelId: thread ?? webhook.channelId,
        content: parsed.data.content ?? '',
        username: parsed.data.username ?? 'Plaza sandbox',
        files: upload.files,
        flags: parsed.data.flags ?? 0,
        embeds: parsed.data.embeds ?? [],
        poll: parsed.data.poll,
        createdAtMs: host.now(),
      };
      messages.set(id, message);
      host.record({ accountId: webhook.id, postId: id, text: message.content });
      return request.query.get('wait') === 'true' ? json(200, shown(message, host.now())) : { status: 204 };
    },
    read(webhook: Webhook, id: string, query: URLSearchParams): SimulatedResponse {
      const message = own(messages, webhook, id, query);
      return message === undefined ? unknownMessage() : json(200, shown(message, host.now()));
    },
    remove(webhook: Webhook, id: string, query: URLSearchParams): SimulatedResponse {
      if (own(messages, webhook, id, query) === undefined) return unknownMessage();
      messages.delete(id);
      host.forget(id);
      return { status: 204 };
    },
  };
}

/** A message in a thread is found only with its `thread_id`. */
function own(messages: Table<Message>, webhook: Webhook, id: string, query: URLSearchParams): Message | undefined {
  const message = messages.get(id);
  const channelId = query.get('thread_id') ?? webhook.channelId;
  return message?.webhookId === webhook.id && message.channelId === channelId ? message : undefined;
}

function issuePath(error: z.ZodError | undefined): string {
  return String(error?.issues[0]?.path[0] ?? '_');
}

function contentProblem(payload: z.infer<typeof payloadSchema>, files: readonly StoredFile[]): SimulatedResponse | undefined {
  const content = payload.content ?? '';
  if (content.length > MAX_CONTENT) return invalidForm('content', 'BASE_TYPE_MAX_LENGTH', `Must be ${MAX_CONTENT} or fewer in length.`);
  const embeds = payload.embeds ?? [];
  if (content.trim() === '' && files.length === 0 && embeds.length === 0 && payload.poll === undefined) return emptyMessage();
  if (embeds.flatMap(textsOf).join('').length > MAX_EMBED_TEXT) return invalidForm('embeds', 'MAX_EMBED_SIZE_EXCEEDED', `Embed size exceeds maximum size of ${MAX_EMBED_TEXT}`);
  if (files.length > MAX_FILES) return tooManyAttachments();
  return files.some((file) => file.size > MAX_FILE_BYTES) ? fileTooLarge() : undefined;
}

const textsOf = ({ title = '', description = '', author, footer, fields = [] }: EmbedFields): string[] => [title, description, author?.name ?? '', footer?.text ?? '', ...fields.flatMap(({ name, value }) => [name, value])];

/** A poll as a message shows it: with an end in the place of the duration. */
function shownPoll({ question, answers, duration, allow_multiselect }: PollFields, createdAtMs: number): Readonly<Record<string, unknown>> {
  const numbered = answers.map((answer, index) => ({ answer_id: index + 1, ...answer }));
  return { question, answers: numbered, expiry: new Date(createdAtMs + duration * 3_600_000).toISOString(), allow_multiselect, layout_type: 1 };
}

function shown(message: Message, nowMs: number): Readonly<Record<string, unknown>> {
  const at = new Date(message.createdAtMs).toISOString().replace('Z', '000+00:00');
  return {
    id: message.id,
    type: 0,
    channel_id: message.channelId,
    content: message.content,
    timestamp: at,
    edited_timestamp: null,
    webhook_id: message.webhookId,
    author: { id: message.webhookId, username: message.username, avatar: null, discriminator: '0000', bot: true },
    attachments: message.files.map((file, index) => ({
      id: String(BigInt(message.id) + BigInt(index + 1)),
      filename: file.filename,
      size: file.size,
      url: `https://cdn.discordapp.com/attachments/${message.channelId}/${message.id}/${encodeURIComponent(file.filename)}`,
      content_type: file.contentType,
    })),
    embeds: message.embeds.map((embed) => ({ type: 'rich', ...embed })),
    ...(message.poll === undefined ? {} : { poll: shownPoll(message.poll, message.createdAtMs) }),
    // A message to which nobody has reacted has no such field.
    ...(nowMs < message.createdAtMs + SEEN_AFTER_MS ? {} : { reactions: [reaction('👍', 3), reaction('🎉', 2)] }),
    mentions: [],
    mention_roles: [],
    mention_everyone: false,
    pinned: false,
    tts: false,
    components: [],
    flags: message.flags,
  };
}

const reaction = (name: string, count: number): Readonly<Record<string, unknown>> => ({ emoji: { id: null, name }, count, count_details: { burst: 0, normal: count }, me: false });
