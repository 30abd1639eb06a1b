import type { Publication } from '../kit/index.ts';
import { optionsSchema, type YouTubeOptions } from './schemas.ts';

const MAX_TITLE_LENGTH = 100;
const UNTITLED = 'Untitled Video';
const PEOPLE_AND_BLOGS = '22';

export const optionsOf = ({ content }: Pick<Publication, 'content'>): YouTubeOptions => optionsSchema.parse(content.options);

/** The title, or the beginning of the text in one line; a character of two code units is not cut apart. */
export function titleOf(publication: Pick<Publication, 'content'>): string {
  const { title } = optionsOf(publication);
  if (title !== undefined) return title;
  const line = publication.content.text.replaceAll(/\s+/g, ' ').trim();
  const cut = line.slice(0, MAX_TITLE_LENGTH).replace(/[\uD800-\uDBFF]$/, '').trim();
  return cut === '' ? UNTITLED : cut;
}

/** The `Video` resource of `videos.insert`, and which of its parts it sets. */
export function videoResource(publication: Pick<Publication, 'content'>): object {
  const options = optionsOf(publication);
  return {
    snippet: {
      title: titleOf(publication),
      description: publication.content.text,
      categoryId: options.categoryId ?? PEOPLE_AND_BLOGS,
      ...(options.tags === undefined ? {} : { tags: options.tags }),
    },
    status: {
      privacyStatus: options.visibility ?? 'public',
      selfDeclaredMadeForKids: options.madeForKids ?? false,
      containsSyntheticMedia: options.containsSyntheticMedia ?? false,
      ...(options.license === undefined ? {} : { license: options.license }),
      ...(options.embeddable === undefined ? {} : { embeddable: options.embeddable }),
    },
  };
}
