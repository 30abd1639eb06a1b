import type { AccountFacts } from '@plaza/contracts';
import type { Attachment, Content, DeclaredMedia, FollowingPart, MediaFile, Publication } from '../kit/index.ts';
import { mediaLimitsOf } from './limits.ts';
import { optionsSchema } from './schemas.ts';

const threadPath = (item: number): string => `platformSpecificData.threadItems[${item}]`;
const mediaPath = (item: number, index: number): string => `${threadPath(item)}.mediaItems[${index}]`;
const anyMedia = { limits: mediaLimitsOf(null), limitsOf: mediaLimitsOf };

const onlyPictures = ({ image }: ReturnType<typeof mediaLimitsOf>): Attachment['limits'] => (image === undefined ? {} : { image });
const pictures = { limits: onlyPictures(anyMedia.limits), limitsOf: (account: AccountFacts) => onlyPictures(mediaLimitsOf(account)) };

function thumbnails(media: readonly { readonly thumbnail?: string | undefined }[], pathOf: (index: number) => string): Attachment[] {
  return media.flatMap(({ thumbnail }, index) => (thumbnail === undefined ? [] : [{ path: `${pathOf(index)}.thumbnail`, type: 'image', url: thumbnail, ...pictures } as const]));
}

/** Media of the further posts, and pictures that stand for videos. */
export function attachments({ options }: Content, media: readonly DeclaredMedia[]): readonly Attachment[] {
  const items = (optionsSchema.parse(options).threadItems ?? []).flatMap(({ mediaItems = [] }, item): Attachment[] => [
    ...mediaItems.map(({ type, url }, index) => ({ path: mediaPath(item, index), type, url, ...anyMedia })),
    ...thumbnails(mediaItems, (index) => mediaPath(item, index)),
  ]);
  return [...thumbnails(media, (index) => `mediaItems[${index}]`), ...items];
}

export function following({ options }: Content): readonly FollowingPart[] {
  return (optionsSchema.parse(options).threadItems ?? []).map(({ content, mediaItems = [] }, item) => ({ text: content, media: mediaItems.map((_, index) => mediaPath(item, index)) }));
}

/** A file of a part with what was said of it. */
export interface DescribedFile {
  readonly file: MediaFile;
  readonly altText: string | undefined;
  readonly thumbnail: MediaFile | undefined;
}

/** The files of the part that is published now. */
export function filesOf({ content, media, attachments: named, before }: Publication): readonly DescribedFile[] {
  const options = optionsSchema.parse(content.options);
  const item = before.length - 1;
  const altText = item < 0 ? options.altText : options.threadItems?.[item]?.altText;
  return media.map((file, index) => {
    const path = item < 0 ? `mediaItems[${index}]` : mediaPath(item, index);
    return { file, altText: altText?.[index] === '' ? undefined : altText?.[index], thumbnail: named[`${path}.thumbnail`] };
  });
}
