import { CLOCK_SKEW_MS, harmless, withQuery, type CallContext, type LookupReading, type Publication, type UnknownAttempt } from '../kit/index.ts';
import { callApi } from './call.ts';
import { isPublic, isVideo, optionsOf, photoWords } from './post-info.ts';
import { checkpointOf, videosSchema, type Video } from './schemas.ts';
import { asDraft, asPublished, readState } from './state.ts';

/** So much of a text the list tells (Display API, video object). */
const LISTED_LENGTH = 150;

const inconclusive = (message: string): LookupReading => ({ kind: 'inconclusive', message });

/**
 * Asks for the state of a video's publication, which has a handle before its last bytes are sent. Photos get theirs in the answer that was
 * lost: only the account's list can show them, and it can never prove that they are not there.
 */
export async function lookup(context: CallContext, publication: Publication, attempt: UnknownAttempt): Promise<LookupReading> {
  const { publishId } = checkpointOf(publication);
  // Without a handle no byte of a video was sent.
  if (publishId === undefined) return isVideo(publication) ? { kind: 'absent' } : findListed(context, publication, attempt);
  const state = await readState(context, publication.credential, publishId);
  switch (state.kind) {
    case 'refused':
      return state.category === 'platform_error' ? findListed(context, publication, attempt) : inconclusive(state.message);
    case 'failed':
      return { kind: 'absent' };
    case 'inbox':
      return asDraft(publication, publishId);
    case 'complete':
      return asPublished(context, publication, publishId, state.postId);
    case 'downloading':
      return inconclusive('TikTok is still working on the post.');
    case 'uploading':
      return isShort(state.bytes, publication) ? { kind: 'absent' } : inconclusive('TikTok is still working on the post.');
  }
}

const isShort = (bytes: number | undefined, { media: [file] }: Publication): boolean => bytes !== undefined && file !== undefined && bytes < file.sizeBytes;

const listed = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, LISTED_LENGTH).trim();

/** The post in the list of the account's public videos, by all of its words and its time; of several the oldest. */
async function findListed(context: CallContext, publication: Publication, { dispatchedAtMs, taken }: UnknownAttempt): Promise<LookupReading> {
  const { title = '', description = '' } = isVideo(publication) ? { title: publication.content.text } : photoWords(publication);
  const words = [title, description].map(listed).filter((text) => text !== '');
  if (words.length === 0 || !isPublic(publication) || optionsOf(publication).draft === true) {
    return { kind: 'inconclusive', isFinal: true, message: 'TikTok lists public posts only, and can show them by their words.' };
  }
  const path = withQuery('/v2/video/list/', { fields: 'id,title,video_description,create_time,share_url' });
  const result = await callApi(context, publication.credential, { method: 'POST', path, body: { max_count: 20 } }, videosSchema);
  if (result.kind !== 'answered') return inconclusive(harmless(result).message);
  const joined = listed(words.join(' '));
  const isOurs = ({ id, create_time: createdSecs = 0, title: seen, video_description: told }: Video): boolean => {
    const texts = [seen, told].map((text) => listed(text ?? '')).filter((text) => text !== '');
    const hasNoOthers = texts.every((text) => text === joined || words.includes(text));
    const hasAll = texts.includes(joined) || words.every((text) => texts.includes(text));
    return !taken.has(id) && createdSecs * 1000 >= dispatchedAtMs - CLOCK_SKEW_MS && hasNoOthers && hasAll;
  };
  const hit = (result.value.videos ?? []).filter(isOurs).sort((one, other) => (one.create_time ?? 0) - (other.create_time ?? 0))[0];
  return hit === undefined ? inconclusive('The list of the account does not show the post, which proves nothing.') : asPublished(context, publication, hit.id, hit.id);
}
