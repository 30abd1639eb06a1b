import type { Publication } from '../kit/index.ts';
import { filesOf, optionsOf } from './assets.ts';
import { authorOf } from './author.ts';
import { toLittleText } from './text.ts';

type Body = Readonly<Record<string, unknown>>;

/** Of the ways in which a post can have a content it has one (Posts API, content). */
function contentOf(publication: Publication, urns: readonly string[]): Body | undefined {
  const { media } = publication;
  const { altText = [], documentTitle, articleUrl, articleTitle, articleDescription, poll } = optionsOf(publication);
  const described = (index: number): Body => ({ id: urns[index], ...((altText[index] ?? '') === '' ? {} : { altText: altText[index] }) });
  const [first] = media;
  if (media.length > 1) return { multiImage: { images: media.map((_file, index) => described(index)) } };
  if (first !== undefined) return { media: { ...described(0), ...(first.type === 'document' ? { title: documentTitle } : {}) } };
  if (poll !== undefined) return { poll: { question: poll.question, options: poll.options.map((text) => ({ text })), settings: { duration: poll.duration } } };
  if (articleUrl === undefined) return undefined;
  const title = articleTitle ?? new URL(articleUrl).hostname.replace(/^www\./, '');
  const thumbnail = filesOf(publication).length > 0 ? { thumbnail: urns[0] } : {};
  return { article: { source: articleUrl, title, ...(articleDescription === undefined ? {} : { description: articleDescription }), ...thumbnail } };
}

/** Body of `POST /rest/posts`; `urns` are the uploads in order. */
export function postBody(publication: Publication, urns: readonly string[]): Body {
  const { visibility = 'PUBLIC', mentions, disableReshare = false } = optionsOf(publication);
  const content = contentOf(publication, urns);
  return {
    author: authorOf(publication.account),
    commentary: toLittleText(publication.content.text, mentions),
    visibility,
    distribution: { feedDistribution: 'MAIN_FEED', targetEntities: [], thirdPartyDistributionChannels: [] },
    ...(content === undefined ? {} : { content }),
    lifecycleState: 'PUBLISHED',
    isReshareDisabledByAuthor: disableReshare,
  };
}

/** Body of a comment; its text is plain (Comments API, create a comment). */
export function commentBody(publication: Publication, postUrn: string): Body {
  return { actor: authorOf(publication.account), object: postUrn, message: { text: publication.content.text } };
}
