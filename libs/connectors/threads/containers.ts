import { CLOCK_SKEW_MS, type CallContext, type MediaFile, type Publication, type Published, type Refused, type UnknownAttempt } from '../kit/index.ts';
import { containerState, type ContainerDialect, type ContainerState } from '../meta/containers.ts';
import type { GraphFields } from '../meta/graph.ts';
import { errors } from './errors.ts';
import { isGone, post, read } from './graph.ts';
import { manifest } from './manifest.ts';
import { listSchema, optionsSchema, permalinkSchema, statusSchema } from './schemas.ts';

/** Words of a failed container that ask for another try; the others speak of the file. */
const PASSING: ReadonlySet<string> = new Set(['FAILED_DOWNLOADING_VIDEO', 'UNKNOWN', '']);

/** What was asked for a part of a thread; the alt texts of a further post stand with it. */
function askedOf({ content, before }: Publication) {
  const options = optionsSchema.parse(content.options);
  const item = before.length === 0 ? undefined : options.threadItems?.[before.length - 1];
  return { options, altText: (before.length === 0 ? options.altText : item?.altText) ?? [], replyTo: before.at(-1)?.platformPostId };
}

function mediaFields(media: MediaFile, altText: string | undefined): GraphFields {
  const source = media.type === 'video' ? { media_type: 'VIDEO', video_url: media.url } : { media_type: 'IMAGE', image_url: media.url };
  return { ...source, ...(altText === undefined || altText === '' ? {} : { alt_text: altText }) };
}

const flag = (value: boolean | undefined): string | undefined => (value === true ? 'true' : undefined);

/** What only the first post of a thread has. */
function firstFields(publication: Publication): GraphFields {
  const { options } = askedOf(publication);
  const { replyControl, topicTag, linkAttachment, quotePostId, poll, textAttachment, gif } = options;
  const choices = poll?.options.map((choice, index) => [`option_${'abcd'[index] ?? ''}`, choice]);
  return {
    reply_control: replyControl,
    topic_tag: topicTag,
    link_attachment: linkAttachment,
    quote_post_id: quotePostId,
    poll_attachment: choices === undefined ? undefined : JSON.stringify(Object.fromEntries(choices)),
    gif_attachment: gif === undefined ? undefined : JSON.stringify({ gif_id: gif.id, provider: gif.provider }),
    is_ghost_post: flag(options.ghostPost),
    enable_reply_approvals: flag(options.replyApprovals),
    location_id: options.locationId,
    allowlisted_country_codes: options.allowedCountries?.join(','),
    crossreshare_to_ig: flag(options.shareToInstagram),
    text_attachment: textAttachment === undefined ? undefined : JSON.stringify({ plaintext: textAttachment.text, link_attachment_url: textAttachment.link }),
  };
}

function fields(publication: Publication, children: readonly string[]): GraphFields {
  const { options, altText, replyTo } = askedOf(publication);
  const [first] = publication.media;
  const common = {
    text: publication.content.text === '' ? undefined : publication.content.text,
    reply_to_id: replyTo,
    is_spoiler_media: first === undefined ? undefined : flag(options.spoilerMedia),
    ...(replyTo === undefined ? firstFields(publication) : {}),
  };
  if (children.length > 0) return { media_type: 'CAROUSEL', children: children.join(','), ...common };
  return first === undefined ? { media_type: 'TEXT', ...common } : { ...mediaFields(first, altText[0]), ...common };
}

async function readContainer(context: CallContext, { credential }: Publication, container: string): Promise<ContainerState | Refused> {
  const answer = await read(context, credential, container, { fields: 'id,status,error_message' }, statusSchema);
  if (answer.kind === 'refused') return isGone(answer) ? { kind: 'gone' } : answer;
  return containerState(answer.value.status, answer.value.error_message ?? '');
}

/** The post in the account's list, by its text, time and what it replies to; of several the oldest, which is the one that came first after the call. */
async function find(context: CallContext, publication: Publication, { dispatchedAtMs, taken }: UnknownAttempt): Promise<Published | Refused | undefined> {
  const { replyTo } = askedOf(publication);
  const query = { fields: `id,text,permalink,timestamp${replyTo === undefined ? '' : ',replied_to'}`, limit: '50' };
  const path = `${publication.account.platformUserId}/${replyTo === undefined ? 'threads' : 'replies'}`;
  const answer = await read(context, publication.credential, path, query, listSchema);
  if (answer.kind === 'refused') return answer;
  const text = publication.content.text.trim();
  const found = answer.value.data
    .filter(({ id, timestamp }) => !taken.has(id) && Date.parse(timestamp) >= dispatchedAtMs - CLOCK_SKEW_MS)
    .filter((one) => (one.text ?? '').trim() === text && (one.replied_to === undefined || one.replied_to.id === replyTo))
    .sort((one, other) => Date.parse(one.timestamp) - Date.parse(other.timestamp))[0];
  return found === undefined ? undefined : { kind: 'published', platformPostId: found.id, platformPostUrl: found.permalink ?? null };
}

/** Threads' containers (Threads API, posts and publishing reference). */
export const containers: ContainerDialect = {
  name: 'Threads',
  errors,
  submitDeadlineMs: manifest.submitDeadlineMs,
  notPublished: new Set(['24/4279009']),
  children: (publication) => {
    const { altText } = askedOf(publication);
    const { media } = publication;
    return media.length > 1 ? media.map((item, index) => ({ is_carousel_item: 'true', ...mediaFields(item, altText[index]) })) : [];
  },
  fields,
  createRequest: (context, { account, credential }, asked) => post(context, credential, `${account.platformUserId}/threads`, asked),
  publishRequest: (context, { account, credential }, container) => post(context, credential, `${account.platformUserId}/threads_publish`, { creation_id: container }),
  read: readContainer,
  failure: (status) => ({ category: PASSING.has(status) ? 'transient' : 'media_rejected', code: `ERROR/${status}` }),
  find,
  published: async (context, { credential }, id) => {
    const answer = await read(context, credential, id, { fields: 'permalink' }, permalinkSchema);
    return { kind: 'published', platformPostId: id, platformPostUrl: answer.kind === 'answer' ? answer.value.permalink : null };
  },
};
