import { CLOCK_SKEW_MS, type CallContext, type MediaFile, type Publication, type Published, type Refused, type UnknownAttempt } from '../kit/index.ts';
import { containerState, type ContainerDialect, type ContainerState } from '../meta/containers.ts';
import type { GraphFields } from '../meta/graph.ts';
import { errors } from './errors.ts';
import { post, read } from './graph.ts';
import { manifest } from './manifest.ts';
import { mediaListSchema, optionsSchema, permalinkSchema, statusSchema, type InstagramOptions } from './schemas.ts';

const source = (media: MediaFile): GraphFields => (media.type === 'video' ? { video_url: media.url } : { image_url: media.url });
const isStory = (publication: Publication): boolean => optionsSchema.parse(publication.content.options).contentType === 'story';

/** A cover for a video: a picture, else a frame of it, else the picture that stands beside the video. */
function coverFields({ attachments }: Publication, { coverUrl, thumbOffset }: InstagramOptions): GraphFields {
  if (coverUrl !== undefined) return { cover_url: coverUrl };
  if (thumbOffset !== undefined) return { thumb_offset: thumbOffset.toString() };
  return { cover_url: attachments['mediaItems[0].thumbnail']?.url };
}

function fields(publication: Publication, children: readonly string[]): GraphFields {
  const options = optionsSchema.parse(publication.content.options);
  const { contentType, shareToFeed, collaborators, locationId, userTags, audioName, trialReel } = options;
  const [first] = publication.media;
  if (first === undefined) return {};
  if (contentType === 'story') return { media_type: 'STORIES', ...source(first) };
  const common = {
    caption: publication.content.text,
    collaborators: collaborators === undefined ? undefined : JSON.stringify(collaborators),
    location_id: locationId,
  };
  if (children.length > 0) return { media_type: 'CAROUSEL', children: children.join(','), ...common };
  const tags = { user_tags: userTags === undefined ? undefined : JSON.stringify(userTags) };
  if (first.type !== 'video') return { ...source(first), ...altText(options, 0), ...common, ...tags };
  const trial = trialReel === undefined ? undefined : JSON.stringify({ graduation_strategy: trialReel });
  const reel = { share_to_feed: shareToFeed?.toString(), audio_name: audioName, trial_params: trial };
  return { media_type: 'REELS', ...source(first), ...common, ...tags, ...reel, ...coverFields(publication, options) };
}

function altText({ altText: texts }: InstagramOptions, index: number): GraphFields {
  const text = texts?.[index] ?? '';
  return text === '' ? {} : { alt_text: text };
}

function childFields(options: InstagramOptions, media: MediaFile, index: number): GraphFields {
  const kind = media.type === 'video' ? { media_type: 'VIDEO' } : altText(options, index);
  return { is_carousel_item: 'true', ...kind, ...source(media) };
}

/** Reads a container's `status_code`. */
async function readContainer(context: CallContext, { credential }: Publication, container: string): Promise<ContainerState | Refused> {
  const answer = await read(context, credential, container, { fields: 'status_code,status' }, statusSchema);
  if (answer.kind === 'refused') return answer.code === '24/2207006' || answer.code === '100/33' ? { kind: 'gone' } : answer;
  return containerState(answer.value.status_code, answer.value.status ?? '');
}

/** `Error: Media upload has failed with error code 2207026`: some codes ask for another try, the others speak of the media. */
function failure(status: string): Pick<Refused, 'category' | 'code'> {
  const subcode = /error code (\d+)/i.exec(status)?.[1] ?? '';
  return { category: errors.ruleOfSubcode(subcode)?.category ?? 'media_rejected', code: `ERROR/${subcode}` };
}

function asPublished(publication: Publication, id: string, url: string | null): Published {
  const isTextLost = isStory(publication) && publication.content.text.trim() !== '';
  const warning = isTextLost ? { warning: 'A story has no caption: the text was not published.' } : {};
  return { kind: 'published', platformPostId: id, platformPostUrl: url, ...warning };
}

/** The post in the account's list, by its caption and time; of several the oldest, which is the one that came first after the call. */
async function find(context: CallContext, publication: Publication, { dispatchedAtMs, taken }: UnknownAttempt): Promise<Published | Refused | undefined> {
  const path = `${publication.account.platformUserId}/${isStory(publication) ? 'stories' : 'media'}`;
  const answer = await read(context, publication.credential, path, { fields: 'id,caption,permalink,timestamp', limit: '50' }, mediaListSchema);
  if (answer.kind === 'refused') return answer;
  const caption = publication.content.text.trim();
  const found = answer.value.data
    .filter(({ id, timestamp }) => !taken.has(id) && Date.parse(timestamp) >= dispatchedAtMs - CLOCK_SKEW_MS)
    .filter((media) => isStory(publication) || (media.caption ?? '').trim() === caption)
    .sort((one, other) => Date.parse(one.timestamp) - Date.parse(other.timestamp))[0];
  return found === undefined ? undefined : asPublished(publication, found.id, found.permalink ?? null);
}

/** Instagram's containers (Instagram Platform, content publishing). */
export const containers: ContainerDialect = {
  name: 'Instagram',
  errors,
  submitDeadlineMs: manifest.submitDeadlineMs,
  notPublished: new Set(['9007/2207027', '24/2207008', '-2/2207020']),
  children: ({ media, content }) => {
    const options = optionsSchema.parse(content.options);
    return media.length > 1 ? media.map((item, index) => childFields(options, item, index)) : [];
  },
  fields,
  createRequest: (context, { account, credential }, asked) => post(context, credential, `${account.platformUserId}/media`, asked),
  publishRequest: (context, { account, credential }, container) => post(context, credential, `${account.platformUserId}/media_publish`, { creation_id: container }),
  read: readContainer,
  failure,
  find,
  published: async (context, publication, id) => {
    const answer = await read(context, publication.credential, id, { fields: 'permalink' }, permalinkSchema);
    return asPublished(publication, id, answer.kind === 'answer' ? answer.value.permalink : null);
  },
};
