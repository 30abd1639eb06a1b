import { CLOCK_SKEW_MS, harmless, hostOf, oneLine, withQuery, type CallContext, type LookupReading, type Publication, type Published, type Submitted, type UnknownAttempt } from '../kit/index.ts';
import { callApi, jsonRequest } from './call.ts';
import { manifest } from './manifest.ts';
import { commentThreadSchema, commentThreadsSchema } from './schemas.ts';

const MAX_PAGES = 5;

const videoOf = ({ before }: Publication): string => before[0]?.platformPostId ?? '';

function published(context: CallContext, publication: Publication, id: string): Published {
  return { kind: 'published', platformPostId: id, platformPostUrl: `${hostOf(context.publicHosts, 'web')}/watch?${new URLSearchParams({ v: videoOf(publication), lc: id }).toString()}` };
}

/** `commentThreads.insert` with the channel's first comment. */
export async function submitComment(context: CallContext, publication: Publication): Promise<Submitted> {
  const { account, credential, content } = publication;
  const snippet = { channelId: account.platformUserId, videoId: videoOf(publication), topLevelComment: { snippet: { textOriginal: content.text } } };
  const call = { method: 'POST', path: '/youtube/v3/commentThreads?part=snippet', ...jsonRequest({ snippet }), visible: true, deadlineMs: manifest.submitDeadlineMs } as const;
  const result = await callApi(context, credential, call, commentThreadSchema);
  return result.kind === 'answered' ? published(context, publication, result.value.id) : result;
}

/** The comment among the newest of the video, by its author, words and time. */
export async function lookupComment(context: CallContext, publication: Publication, { dispatchedAtMs, taken }: UnknownAttempt): Promise<LookupReading> {
  const { account, credential, content } = publication;
  let pageToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = { part: 'snippet', videoId: videoOf(publication), order: 'time', textFormat: 'plainText', maxResults: '100', pageToken };
    const result = await callApi(context, credential, { method: 'GET', path: withQuery('/youtube/v3/commentThreads', query) }, commentThreadsSchema);
    if (result.kind !== 'answered') return { kind: 'inconclusive', message: harmless(result).message };
    const { items = [], nextPageToken } = result.value;
    const hit = items.findLast(({ id, snippet: { topLevelComment } }) => {
      const { authorChannelId, textOriginal, textDisplay, publishedAt = '' } = topLevelComment.snippet;
      const isOwn = authorChannelId?.value === account.platformUserId && Date.parse(publishedAt) >= dispatchedAtMs - CLOCK_SKEW_MS;
      return isOwn && !taken.has(id) && oneLine(textOriginal ?? textDisplay ?? '') === oneLine(content.text);
    });
    if (hit !== undefined) return published(context, publication, hit.id);
    if (nextPageToken === undefined) return { kind: 'absent' };
    pageToken = nextPageToken;
  }
  return { kind: 'inconclusive', message: 'The video has too many new comments to find one of them.' };
}
