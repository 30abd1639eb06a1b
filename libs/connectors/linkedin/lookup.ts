import { CLOCK_SKEW_MS, oneLine, type CallContext, type LookupReading, type Publication, type UnknownAttempt } from '../kit/index.ts';
import { isComment, optionsOf, uploadedOf } from './assets.ts';
import { authorOf, isOrganization, mayRead } from './author.ts';
import { ask, restRequest } from './call.ts';
import { restPath } from './restli.ts';
import { commentListSchema, postListSchema, type ListedPost } from './schemas.ts';
import { fromLittleText } from './text.ts';

const PAGE_SIZE = 100;
const MOST_PAGES = 5;

const UNREADABLE = 'LinkedIn lets Plaza read no posts of members: whether it is there can only be seen on LinkedIn.';
const UNREADABLE_ORGANIZATION = 'The connection may not read the posts of the organization: r_organization_social is missing.';

type UrlOf = (postUrn: string) => string;
type Page = { readonly kind: 'page'; readonly hit: LookupReading | undefined; readonly size: number } | { readonly kind: 'inconclusive'; readonly message: string };

/** Looks for it among the author's own posts, or the comments of the post, where the token may read them (Posts API, find posts by authors). */
export async function lookup(context: CallContext, publication: Publication, attempt: UnknownAttempt, urlOf: UrlOf): Promise<LookupReading> {
  const { account, credential } = publication;
  if (!mayRead(account, credential)) return { kind: 'inconclusive', isFinal: true, message: isOrganization(account) ? UNREADABLE_ORGANIZATION : UNREADABLE };
  const read = isComment(publication) ? readComments : readPosts;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const result = await read(context, publication, { sinceMs: attempt.dispatchedAtMs - CLOCK_SKEW_MS, taken: attempt.taken, start: page * PAGE_SIZE, urlOf });
    if (result.kind === 'inconclusive') return result;
    if (result.hit !== undefined) return result.hit;
    if (result.size < PAGE_SIZE) return { kind: 'absent' };
  }
  return { kind: 'inconclusive', message: `The list goes on beyond ${MOST_PAGES} pages.` };
}

interface Range {
  readonly sinceMs: number;
  readonly taken: UnknownAttempt['taken'];
  readonly start: number;
  readonly urlOf: UrlOf;
}

async function readPosts(context: CallContext, publication: Publication, { sinceMs, taken, start, urlOf }: Range): Promise<Page> {
  const path = restPath(['posts'], { author: authorOf(publication.account), q: 'author', count: String(PAGE_SIZE), start: String(start), sortBy: 'LAST_MODIFIED' });
  const list = await ask(context, restRequest(context, publication.credential, { method: 'GET', path, restliMethod: 'FINDER' }), postListSchema);
  if (list.kind === 'refused') return { kind: 'inconclusive', message: list.message };
  const { elements } = list.value;
  // The list begins with the newest; of several that fit, the first after the attempt is ours.
  const hit = elements.findLast((post) => !taken.has(post.id) && post.lifecycleState === 'PUBLISHED' && (post.publishedAt ?? post.createdAt ?? 0) >= sinceMs && isSame(publication, post, context.nowMs));
  return { kind: 'page', hit: hit === undefined ? undefined : { kind: 'published', platformPostId: hit.id, platformPostUrl: urlOf(hit.id) }, size: elements.length };
}

/** Media were uploaded for this very publication, which is proof enough; without any the words and the rest of the content must be the same. */
function isSame(publication: Publication, { commentary, content }: ListedPost, nowMs: number): boolean {
  const shown = content?.multiImage?.images.map(({ id }) => id) ?? (content?.media === undefined ? [] : [content.media.id]);
  if (publication.media.length > 0) {
    const urns = uploadedOf(publication, nowMs) ?? [];
    return urns.length > 0 && urns.length === shown.length && urns.every((urn) => shown.includes(urn));
  }
  const { articleUrl, poll } = optionsOf(publication);
  const isContentSame = shown.length === 0 && content?.article?.source === articleUrl && content?.poll?.question === poll?.question;
  return isContentSame && oneLine(fromLittleText(commentary)) === oneLine(publication.content.text);
}

async function readComments(context: CallContext, publication: Publication, { sinceMs, taken, start, urlOf }: Range): Promise<Page> {
  const postUrn = publication.before[0]?.platformPostId ?? '';
  const path = restPath(['socialActions', postUrn, 'comments'], { count: String(PAGE_SIZE), start: String(start) });
  const list = await ask(context, restRequest(context, publication.credential, { method: 'GET', path }), commentListSchema);
  if (list.kind === 'refused') return { kind: 'inconclusive', message: list.message };
  const { elements } = list.value;
  const author = authorOf(publication.account);
  const hit = elements.findLast(
    ({ commentUrn, actor, message, created }) => !taken.has(commentUrn) && actor === author && created.time >= sinceMs && oneLine(message.text) === oneLine(publication.content.text),
  );
  return { kind: 'page', hit: hit === undefined ? undefined : { kind: 'published', platformPostId: hit.commentUrn, platformPostUrl: urlOf(postUrn) }, size: elements.length };
}
