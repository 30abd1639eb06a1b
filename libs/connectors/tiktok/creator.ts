import { harmless, type CallContext, type Publication, type Refused } from '../kit/index.ts';
import { callApi } from './call.ts';
import { isVideo, optionsOf } from './post-info.ts';
import { creatorSchema, type Checkpoint, type Creator } from './schemas.ts';

export const CREATOR_PATH = '/v2/post/publish/creator_info/query/';

/** Asks what the creator may post now (Content Posting API, query creator info); it is to be asked before each direct post. */
export async function askCreator(context: CallContext, { credential }: Pick<Publication, 'credential'>): Promise<Creator | Refused> {
  const result = await callApi(context, credential, { method: 'POST', path: CREATOR_PATH }, creatorSchema);
  return result.kind === 'answered' ? result.value : harmless(result);
}

/** What of it a publication needs, or why it may not be published. Drafts are finished in the app, which asks by itself. */
export async function checkCreator(context: CallContext, publication: Publication): Promise<Pick<Checkpoint, 'creator'> | Refused> {
  const options = optionsOf(publication);
  if (options.draft === true) return {};
  const creator = await askCreator(context, publication);
  if ('kind' in creator) return creator;
  const { privacy_level_options: levels, max_video_post_duration_sec: longestSecs } = creator;
  const level = options.privacyLevel ?? 'PUBLIC_TO_EVERYONE';
  if (!levels.includes(level)) {
    return { kind: 'refused', category: 'content_rejected', code: 'privacy_level_option_mismatch', message: `The creator may not choose ${level}, but ${levels.join(', ')}.` };
  }
  const durationMs = publication.media[0]?.durationMs ?? 0;
  if (isVideo(publication) && durationMs > longestSecs * 1000) {
    return { kind: 'refused', category: 'media_rejected', code: 'duration_check_failed', message: `The creator may post videos of at most ${longestSecs} seconds; this one has ${durationMs / 1000}.` };
  }
  const { creator_username: username = null, comment_disabled: commentDisabled, duet_disabled: duetDisabled, stitch_disabled: stitchDisabled } = creator;
  return { creator: { username, commentDisabled, duetDisabled, stitchDisabled } };
}
