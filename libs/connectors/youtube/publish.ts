import { bodyJson, harmless, hostOf, screen, withQuery, type CallContext, type Publication, type Publisher, type Submitted } from '../kit/index.ts';
import { lookupComment, submitComment } from './comment.ts';
import { errors } from './errors.ts';
import { lookupVideo } from './lookup.ts';
import { manifest, THUMBNAIL_LIMITS } from './manifest.ts';
import { readProcessing, THUMBNAIL_PATH } from './processing.ts';
import { createdSchema, optionsSchema } from './schemas.ts';
import { prepareVideo, readSession, restRequest, uploadOf } from './upload.ts';

const FIRST_STATUS_MS = 5000;

const isComment = ({ before }: Publication): boolean => before.length > 0;

/** Sends the last bytes, with which the video begins to exist. */
async function submitVideo(context: CallContext, publication: Publication): Promise<Submitted> {
  const upload = uploadOf(publication);
  const [file] = publication.media;
  if (upload === undefined || file === undefined) return { kind: 'unsent', reason: 'no session of an upload is open' };
  const request = await restRequest(context, publication.credential, upload, file);
  const outcome = await context.http.send({ ...request, visible: true, deadlineMs: manifest.submitDeadlineMs });
  const reading = readSession(outcome);
  // An upload that is not whole, or that YouTube has forgotten, made no video; preparing goes on from what YouTube has.
  if (reading.kind === 'incomplete') return { kind: 'refused', category: 'transient', code: 'incomplete', message: `YouTube has ${reading.offset} of ${file.sizeBytes} bytes.`, httpStatus: 308 };
  if (reading.kind === 'gone') return { kind: 'refused', category: 'transient', code: 'session_expired', message: 'The session of the upload has expired.' };
  const answer = screen(outcome, errors, context.nowMs);
  if (answer.kind !== 'response') return answer;
  const created = createdSchema.safeParse(bodyJson(answer));
  if (!created.success) return { kind: 'unknown', reason: 'the answer to the upload cannot be read', httpStatus: answer.status };
  return { kind: 'submitted', handle: created.data.id, retryInMs: FIRST_STATUS_MS };
}

/** `videos.delete`; a video that is not found is gone. */
const remove: Publisher['remove'] = async (context, { credential }, platformPostId) => {
  const url = withQuery(`${hostOf(context.hosts, 'api')}/youtube/v3/videos`, { id: platformPostId });
  const outcome = await context.http.send({ method: 'DELETE', url, headers: { authorization: `Bearer ${credential.accessToken.reveal()}` } });
  const answer = screen(outcome, errors, context.nowMs);
  if (answer.kind === 'response') return { kind: 'deleted' };
  const refused = harmless(answer);
  return refused.code === 'videoNotFound' ? { kind: 'deleted' } : refused;
};

export const publish: Publisher = {
  attachments: (_content, media) => {
    const [first] = media;
    return first?.type !== 'video' || first.thumbnail === undefined ? [] : [{ path: THUMBNAIL_PATH, type: 'image', url: first.thumbnail, limits: THUMBNAIL_LIMITS }];
  },
  following: ({ options }) => {
    const { firstComment } = optionsSchema.parse(options);
    return firstComment === undefined ? [] : [{ text: firstComment, isOptional: true }];
  },
  prepare: async (context, publication, save) => (isComment(publication) ? { kind: 'ready', checkpoint: {} } : prepareVideo(context, publication, save)),
  submit: (context, publication) => (isComment(publication) ? submitComment(context, publication) : submitVideo(context, publication)),
  status: readProcessing,
  lookup: (context, publication, attempt) => (isComment(publication) ? lookupComment(context, publication, attempt) : lookupVideo(context, publication, attempt)),
  remove,
};
