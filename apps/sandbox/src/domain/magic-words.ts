import type { Fault } from '@plaza/connectors/simulators';

/** A word that, in double brackets in the text of a post, switches a fault: `[[sandbox:NAME]]` or `[[sandbox:NAME=VALUE]]`. */
export interface MagicWord {
  readonly name: string;
  /** How the value is written; undefined when the word takes none. */
  readonly value?: string;
  /** What it does, for the docs and the refusal of an unknown word. */
  readonly effect: string;
  /** Reads the value; undefined when it cannot be read. */
  read(value: string | undefined): Fault | undefined;
}

export type MagicReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'fault'; readonly fault: Fault; readonly everyTime: boolean }
  | { readonly kind: 'unknown'; readonly word: string };

/** Longest time that a fault may take. Milliseconds. */
export const LONGEST_FAULT_MS = 600_000;
const DEFAULT_MS = 3000;
const DEFAULT_RETRY_SECONDS = 2;
const FORMS = ['seconds', 'date', 'absent', 'absurd', 'platform'] as const;

const plain = (name: string, effect: string, fault: Fault): MagicWord => ({
  name,
  effect,
  read: (value) => (value === undefined ? fault : undefined),
});

const timed = (kind: 'commit_late' | 'slow', effect: string): MagicWord => ({
  name: kind,
  value: `milliseconds, default ${DEFAULT_MS}`,
  effect,
  read: (value) => {
    const ms = integer(value ?? String(DEFAULT_MS));
    return ms === undefined || ms > LONGEST_FAULT_MS ? undefined : { kind, ms };
  },
});

const serverError = (kind: 'server_error_before' | 'server_error_after', effect: string): MagicWord => ({
  name: kind,
  value: 'status 500 to 599, default 503',
  effect,
  read: (value) => {
    const status = integer(value ?? '503');
    return status === undefined || status < 500 || status > 599 ? undefined : { kind, status };
  },
});

/** Every magic word. */
export const MAGIC_WORDS: readonly MagicWord[] = [
  {
    name: 'refuse',
    value: 'name of a refusal',
    effect: 'The platform refuses with this documented error.',
    read: (value) => (value === undefined || value === '' ? undefined : { kind: 'refuse', error: value }),
  },
  {
    name: 'rate_limit',
    value: `seconds, date, absent, absurd or platform, then perhaps a colon and the seconds; default seconds:${DEFAULT_RETRY_SECONDS}`,
    effect: 'The platform answers 429 and says when to come back in this form.',
    read: readRateLimit,
  },
  serverError('server_error_before', 'A 5xx; the post was not made.'),
  serverError('server_error_after', 'A 5xx; the post was made all the same.'),
  plain('drop_before', 'The connection breaks; the post was not made.', { kind: 'drop_before' }),
  plain('drop_after', 'The connection breaks; the post was made.', { kind: 'drop_after' }),
  timed('commit_late', 'The connection breaks at once, and the post is made this much later.'),
  timed('slow', 'The post is made at once, the answer comes this much later.'),
  plain('trickle', 'The post is made at once, the answer comes a byte a second.', { kind: 'trickle' }),
  plain('malformed', 'The post is made; the answer is a 200 with garbage.', { kind: 'malformed' }),
  plain('redirect', 'The answer is a 302 to another path; the post was not made.', { kind: 'redirect' }),
];

/** Reads the first magic word of a text. An `!` at its end makes it act on every attempt instead of the first only. */
export function readMagic(text: string): MagicReading {
  const inner = /\[\[sandbox:([^\]]*)\]\]/.exec(text)?.[1];
  if (inner === undefined) return { kind: 'none' };
  const [, name, value, mark] = /^([a-z_]+)(?:=([^!]*))?(!?)$/.exec(inner.trim()) ?? [];
  const fault = MAGIC_WORDS.find((word) => word.name === name)?.read(value);
  return fault === undefined ? { kind: 'unknown', word: inner } : { kind: 'fault', fault, everyTime: mark === '!' };
}

/** The sentence that answers a word that nobody knows. */
export function unknownMagic(word: string, refusals: readonly string[]): string {
  const known = MAGIC_WORDS.map((known) => known.name).join(', ');
  return `The sandbox does not know [[sandbox:${word}]]. Known words: ${known}. Known refusals here: ${refusals.join(', ')}.`;
}

function readRateLimit(value: string | undefined): Fault | undefined {
  const [form, seconds] = (value ?? 'seconds').split(':');
  const known = FORMS.find((candidate) => candidate === form);
  const count = integer(seconds ?? String(DEFAULT_RETRY_SECONDS));
  return known === undefined || count === undefined ? undefined : { kind: 'rate_limit', form: known, seconds: count };
}

function integer(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
