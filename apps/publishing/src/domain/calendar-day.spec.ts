import { calendarDay } from './calendar-day.ts';

describe('calendarDay', () => {
  it('is the day of the zone, shorter or longer when clocks change', () => {
    const day = (text: string) => {
      const { startMs, endMs } = calendarDay(Date.parse(text), 'America/Los_Angeles');
      return [new Date(startMs).toISOString(), new Date(endMs).toISOString()];
    };
    expect(day('2026-11-22T03:00:00Z')).toEqual(['2026-11-21T08:00:00.000Z', '2026-11-22T08:00:00.000Z']);
    expect(day('2026-03-08T12:00:00Z')).toEqual(['2026-03-08T08:00:00.000Z', '2026-03-09T07:00:00.000Z']);
    expect(day('2026-11-01T12:00:00Z')).toEqual(['2026-11-01T07:00:00.000Z', '2026-11-02T08:00:00.000Z']);
  });
});
