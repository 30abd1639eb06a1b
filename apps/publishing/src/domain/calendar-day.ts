import { Temporal } from 'temporal-polyfill';

/** The calendar day of a time zone (IANA) that an instant lies in. `end` is exclusive. */
export function calendarDay(nowMs: number, timeZone: string): { readonly startMs: number; readonly endMs: number } {
  const start = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(timeZone).startOfDay();
  return { startMs: start.epochMilliseconds, endMs: start.add({ days: 1 }).startOfDay().epochMilliseconds };
}
