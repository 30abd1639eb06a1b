import { harmless, screen, type CallContext, type Prepared, type Publication, type Publisher, type Refused } from '../kit/index.ts';
import { validateRequest } from './auth.ts';
import { title } from './channel.ts';
import { announcement, chat } from './chat.ts';
import { errors } from './errors.ts';
import type { Kind } from './kind.ts';
import { manifest } from './manifest.ts';
import { removeSegment, schedule } from './schedule.ts';
import { optionsSchema, type TwitchOptions } from './schemas.ts';

const KINDS: Readonly<Record<NonNullable<TwitchOptions['contentType']>, Kind>> = { chat, announcement, title, schedule };

const kindOf = ({ content }: Publication): Kind => KINDS[optionsSchema.parse(content.options).contentType ?? 'chat'];

/** Twitch asks that a token is validated before it is used; a dead one is noticed before anything is sent. */
async function prepare(context: CallContext, publication: Publication): Promise<Prepared | Refused> {
  const { credential, checkpoint } = publication;
  const answer = screen(await context.http.send(validateRequest(context, credential.accessToken.reveal())), errors, context.nowMs);
  if (answer.kind !== 'response') return harmless(answer);
  const { note } = kindOf(publication);
  // What the first attempt noted stays: what that one made after all is to be found too.
  if (note === undefined || Object.keys(checkpoint).length > 0) return { kind: 'ready', checkpoint };
  const noted = await note(context, publication);
  return noted.kind === 'refused' ? noted : { kind: 'ready', checkpoint: noted.checkpoint };
}

/** Class L for what can be read back, the channel and its schedule; a lost message of the chat is a person's to settle. */
export const publish: Publisher = {
  prepare,
  submit: async (context, publication) => {
    const kind = kindOf(publication);
    const outcome = await context.http.send({ ...kind.request(context, publication), visible: true, deadlineMs: manifest.submitDeadlineMs });
    const answer = screen(outcome, errors, context.nowMs);
    return answer.kind === 'response' ? kind.read(context, publication, answer) : answer;
  },
  lookup: (context, publication, attempt) => kindOf(publication).lookup(context, publication, attempt),
  remove: removeSegment,
};
