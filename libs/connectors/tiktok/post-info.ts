import type { Publication } from '../kit/index.ts';
import { optionsSchema, type Checkpoint, type TikTokOptions } from './schemas.ts';

export const MAX_CAPTION_LENGTH = 2200;
export const MAX_TITLE_LENGTH = 90;
export const MAX_DESCRIPTION_LENGTH = 4000;

type Worded = Pick<Publication, 'content'>;

export const optionsOf = ({ content }: Worded): TikTokOptions => optionsSchema.parse(content.options);
export const isVideo = ({ media }: Pick<Publication, 'media'>): boolean => media[0]?.type === 'video';
export const isPublic = (publication: Worded): boolean => (optionsOf(publication).privacyLevel ?? 'PUBLIC_TO_EVERYONE') === 'PUBLIC_TO_EVERYONE';

/** Title and description of photos: the content is both where nothing else is given, and no title where it is too long for one. */
export function photoWords(publication: Worded): { readonly title?: string; readonly description?: string } {
  const { text } = publication.content;
  const { description = text } = optionsOf(publication);
  return { ...(text === '' || text.length > MAX_TITLE_LENGTH ? {} : { title: text }), ...(description === '' ? {} : { description }) };
}

/** What the creator has switched off stays off (Content Posting API, content sharing guidelines). */
function common(options: TikTokOptions, creator: Checkpoint['creator']): object {
  return {
    privacy_level: options.privacyLevel ?? 'PUBLIC_TO_EVERYONE',
    disable_comment: options.disableComment === true || creator?.commentDisabled === true,
    brand_content_toggle: options.brandContentToggle ?? false,
    brand_organic_toggle: options.brandOrganicToggle ?? false,
  };
}

/** `post_info` of a video that is posted directly. */
export function videoInfo(publication: Worded, creator: Checkpoint['creator']): object {
  const options = optionsOf(publication);
  const { text } = publication.content;
  return {
    ...common(options, creator),
    ...(text === '' ? {} : { title: text }),
    disable_duet: options.disableDuet === true || creator?.duetDisabled === true,
    disable_stitch: options.disableStitch === true || creator?.stitchDisabled === true,
    is_aigc: options.isAigc ?? false,
    ...(options.videoCoverTimestampMs === undefined ? {} : { video_cover_timestamp_ms: options.videoCoverTimestampMs }),
  };
}

/** The body of `content/init` for photos; a draft takes their words only. */
export function photoBody(publication: Publication, creator: Checkpoint['creator']): object {
  const options = optionsOf(publication);
  const isDraft = options.draft === true;
  const settings = isDraft ? {} : { ...common(options, creator), auto_add_music: options.autoAddMusic ?? true };
  return {
    media_type: 'PHOTO',
    post_mode: isDraft ? 'MEDIA_UPLOAD' : 'DIRECT_POST',
    post_info: { ...photoWords(publication), ...settings },
    source_info: { source: 'PULL_FROM_URL', photo_cover_index: options.photoCoverIndex ?? 0, photo_images: publication.media.map(({ url }) => url) },
  };
}
