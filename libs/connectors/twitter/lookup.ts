import { CLOCK_SKEW_MS, withQuery, type CallContext, type LookupReading, type Publication, type UnknownAttempt } from '../kit/index.ts';
import { callApi } from './call.ts';
import { checkpointSchema, optionsSchema, timelineSchema, type TimelinePost } from './schemas.ts';

const MAX_PAGES = 5;
const FIELDS = 'created_at,entities,note_tweet,attachments,referenced_tweets';

/**
 * Looks for the post in the account's own timeline since a little before the attempt. Media are compared by their keys, texts with the
 * links expanded. Source: X docs, GET /2/users/:id/tweets.
 */
export async function lookup(
  context: CallContext,
  publication: Publication,
  attempt: UnknownAttempt,
  urlOf: (postId: string) => string,
): Promise<LookupReading> {
  const options = optionsSchema.parse(publication.content.options);
  const replyTo = publication.before.at(-1)?.platformPostId ?? options.replyToTweetId;
  const start = new Date(attempt.dispatchedAtMs - CLOCK_SKEW_MS).toISOString().replace(/\.\d+Z$/, 'Z');
  const query = { max_results: '100', start_time: start, exclude: 'retweets', 'tweet.fields': FIELDS };
  let next: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const path = withQuery(`/2/users/${publication.account.platformUserId}/tweets`, { ...query, pagination_token: next });
    const result = await callApi(context, publication.credential, { method: 'GET', path }, timelineSchema);
    if (result.kind !== 'answered') return { kind: 'inconclusive', message: result.kind === 'refused' ? result.message : result.reason };
    // The list begins with the newest; of several that fit, the first after the attempt is ours.
    const hit = result.value.data?.findLast((post) => !attempt.taken.has(post.id) && isSame(publication, replyTo, post));
    if (hit !== undefined) return { kind: 'published', platformPostId: hit.id, platformPostUrl: urlOf(hit.id) };
    next = result.value.meta.next_token;
    if (next !== undefined) continue;
    // Whether a timeline shows posts of communities is not documented, so their absence proves nothing.
    if (options.communityId !== undefined) return { kind: 'inconclusive', message: 'Posts of communities may not be in the timeline.' };
    return { kind: 'absent' };
  }
  return { kind: 'inconclusive', message: `The timeline goes on beyond ${MAX_PAGES} pages.` };
}

/** A media key is `{kind}_{id}`; the kind may change while X processes the media. */
const mediaId = (key: string): string => key.split('_').at(-1) ?? key;

function isSame(publication: Publication, replyTo: string | undefined, post: TimelinePost): boolean {
  const asked =
    publication.media.length === 0 ? [] : checkpointSchema.parse(publication.checkpoint).media.map((slot) => mediaId(slot?.key ?? ''));
  const shown = (post.attachments?.media_keys ?? []).map(mediaId);
  if (asked.length !== shown.length || asked.some((id) => !shown.includes(id))) return false;
  // A media id belongs to one upload of this very publication, which is proof enough.
  if (asked.length > 0) return true;
  const wanted = canonical(publication.content.text);
  const found = canonical(expanded(post));
  if (replyTo === undefined) return found === wanted;
  // X puts the names of those replied to in front of a reply.
  return (
    post.referenced_tweets?.some(({ id }) => id === replyTo) === true &&
    found.endsWith(wanted) &&
    /^(?:@\w+ ?)*$/.test(found.slice(0, -wanted.length))
  );
}

function expanded(post: TimelinePost): string {
  const { text, entities } = post.note_tweet ?? post;
  const links = entities?.urls ?? [];
  const whole = links.reduce(
    (result, link) => result.replaceAll(link.url, () => (link.media_key === undefined ? (link.expanded_url ?? link.url) : '')),
    text,
  );
  return whole.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** X adds `http://` to bare domains, and a slash behind a domain, and may change white space. */
function canonical(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll(/https?:\/\//gi, '')
    .replaceAll(/\/(?=\s|$)/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
