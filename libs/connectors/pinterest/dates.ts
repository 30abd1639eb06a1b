/** The instant of a date as Pinterest writes it: in UTC, which it does not say (`2026-01-01T20:10:40`). NaN where there is none. Epoch milliseconds. */
export function utcMs(date: string | null | undefined): number {
  if (date === null || date === undefined) return Number.NaN;
  return Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/i.test(date) ? date : `${date}Z`);
}
