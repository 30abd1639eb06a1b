import type { MediaFile, Publication } from '../kit/index.ts';
import { optionsSchema, type FacebookOptions } from './schemas.ts';

/** What a part of a publication is; each has a call of its own that makes it visible. */
export type Kind = 'feed' | 'video' | 'reel' | 'photo_story' | 'video_story' | 'comment';

export const optionsOf = ({ content }: Publication): FacebookOptions => optionsSchema.parse(content.options);

export function kindOf(publication: Publication): Kind {
  const { contentType } = optionsOf(publication);
  const isVideo = publication.media[0]?.type === 'video';
  if (publication.before.length > 0) return 'comment';
  if (contentType === 'story') return isVideo ? 'video_story' : 'photo_story';
  if (contentType === 'reel') return 'reel';
  return isVideo ? 'video' : 'feed';
}

/** The cover of a video: the option's, else the one that stands beside the video. */
export function coverOf({ attachments }: Publication): MediaFile | undefined {
  return attachments['platformSpecificData.videoThumbnailUrl'] ?? attachments['mediaItems[0].thumbnail'];
}
