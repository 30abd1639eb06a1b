import type { AccountFacts } from '@plaza/contracts';
import type { Content, MediaFacts, Violation } from '../kit/index.ts';
import { optionsSchema, type TwitchOptions } from './schemas.ts';

export const NOT_DELETED = "The API deletes broadcasts of the schedule only: not a broadcaster's own messages and announcements, and a stream always has a title.";

/** Of a stream, and of a segment of the schedule. */
const MAX_TITLE = 140;

type ContentType = NonNullable<TwitchOptions['contentType']>;

const WORDS: Readonly<Record<ContentType, string>> = { chat: 'a chat message', announcement: 'an announcement', title: 'the title of a stream', schedule: 'a broadcast in the schedule' };

/** What each option belongs to. */
const OWNERS: Readonly<Record<Exclude<keyof TwitchOptions, 'contentType'>, ContentType>> = {
  color: 'announcement',
  replyTo: 'chat',
  gameId: 'title',
  tags: 'title',
  language: 'title',
  contentLabels: 'title',
  isBrandedContent: 'title',
  startTime: 'schedule',
  timezone: 'schedule',
  durationMinutes: 'schedule',
  isRecurring: 'schedule',
  categoryId: 'schedule',
};

const invalid = (option: string, message: string): Violation => ({ rule: 'option_invalid', message, path: `platformSpecificData.${option}` });

function checkText(text: string, contentType: ContentType): Violation[] {
  if (contentType === 'chat' && /^\s*[/.]/.test(text)) {
    return [{ rule: 'option_invalid', message: 'Twitch takes a message that begins with / or . for a command, and drops it.', path: 'content' }];
  }
  const isTitle = contentType === 'title' || contentType === 'schedule';
  if (!isTitle || text.length <= MAX_TITLE) return [];
  return [{ rule: 'text_too_long', message: `The title has ${text.length} characters; ${MAX_TITLE} are allowed.`, limit: MAX_TITLE, actual: text.length, path: 'content' }];
}

/** What kind of channel it is was read when it was connected. */
function checkSchedule(options: TwitchOptions, account: AccountFacts | null): Violation[] {
  const missing = (['startTime', 'timezone', 'durationMinutes'] as const).filter((name) => options[name] === undefined);
  const violations = missing.map((name) => invalid(name, `A broadcast in the schedule needs ${name}.`));
  if (options.isRecurring !== true && account?.metadata['broadcasterType'] === '') {
    const message = 'Only partners and affiliates may plan a broadcast that does not recur. A channel that became one since it was connected has to be connected again.';
    violations.push(invalid('isRecurring', message));
  }
  return violations;
}

export function check({ text, options: given }: Content, _media: readonly MediaFacts[], account: AccountFacts | null): Violation[] {
  const options = optionsSchema.parse(given);
  const { contentType = 'chat' } = options;
  const foreign = (Object.keys(OWNERS) as (keyof typeof OWNERS)[]).filter((name) => options[name] !== undefined && OWNERS[name] !== contentType);
  return [
    ...checkText(text, contentType),
    ...foreign.map((name) => invalid(name, `${name} is for ${WORDS[OWNERS[name]]}, and this is ${WORDS[contentType]}.`)),
    ...(contentType === 'schedule' ? checkSchedule(options, account) : []),
  ];
}
