import { fail, failure, ok, type Failure, type Result } from '@plaza/contracts';
import { Temporal } from 'temporal-polyfill';

const DAY_MS = 24 * 60 * 60_000;
const FARTHEST_MS = 3_653 * DAY_MS;

export interface TimeInput {
  readonly text: string;
  /** IANA name. */
  readonly timezone: string | undefined;
  /** PostPeer's clients write `Z` and mean local time; a project can ask for that reading. */
  readonly zMeansLocal: boolean;
  readonly nowMs: number;
}

export interface ScheduledTime {
  readonly at: Date;
  readonly timezone: string;
}

const OFFSET = /(?:Z|[+-]\d{2}(?::?\d{2})?)$/i;

/**
 * Reads a time to schedule for. With an offset or `Z` it is that instant, and a time zone beside it must agree; without one it is local
 * time in the zone (default UTC). A local time in the gap of a clock change does not exist; one that comes twice is the first.
 */
export function readScheduledTime(input: TimeInput): Result<ScheduledTime, Failure> {
  const timezone = input.timezone ?? 'UTC';
  if (!isTimezone(timezone)) return fail(failure('post.timezone_unknown', { details: { timezone } }));
  const hasOffset = /T/i.test(input.text) && OFFSET.test(input.text);
  const isZLocal = input.zMeansLocal && input.timezone !== undefined && /Z$/i.test(input.text);
  const read = hasOffset && !isZLocal ? readInstant(input, timezone) : readLocal(input.text.replace(/Z$/i, ''), timezone);
  if (!read.ok) return read;
  const atMs = read.value.epochMilliseconds;
  if (atMs < input.nowMs - DAY_MS || atMs > input.nowMs + FARTHEST_MS) return fail(failure('post.time_invalid', { details: { scheduledFor: read.value.toString() } }));
  return ok({ at: new Date(atMs), timezone });
}

function readInstant({ text, timezone: given }: TimeInput, timezone: string): Result<Temporal.Instant, Failure> {
  const instant = attempt(() => Temporal.Instant.from(text));
  if (instant === undefined) return fail(failure('post.time_invalid', { details: { scheduledFor: text } }));
  const local = attempt(() => Temporal.PlainDateTime.from(text.replace(OFFSET, '')));
  if (given === undefined || local === undefined) return ok(instant);
  const inZone = instant.toZonedDateTimeISO(timezone).toPlainDateTime();
  if (inZone.equals(local)) return ok(instant);
  const asLocal = local.toZonedDateTime(timezone, { disambiguation: 'earlier' }).toInstant();
  return fail(failure('post.time_conflict', { details: { asWritten: instant.toString(), asLocalTime: asLocal.toString(), timezone } }));
}

function readLocal(text: string, timezone: string): Result<Temporal.Instant, Failure> {
  const local = attempt(() => Temporal.PlainDateTime.from(text, { overflow: 'reject' }));
  if (local === undefined) return fail(failure('post.time_invalid', { details: { scheduledFor: text } }));
  const zoned = local.toZonedDateTime(timezone, { disambiguation: 'earlier' });
  if (!zoned.toPlainDateTime().equals(local)) return fail(failure('post.time_nonexistent', { details: { scheduledFor: text, timezone } }));
  return ok(zoned.toInstant());
}

/** Only names of the IANA database: an offset such as `+02:00` is no time zone. */
function isTimezone(name: string): boolean {
  return /^[A-Za-z]/.test(name) && attempt(() => Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name)) !== undefined;
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
