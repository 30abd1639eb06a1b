import { readScheduledTime } from './schedule-time.ts';

const nowMs = Date.parse('2026-03-01T12:00:00Z');

function read(text: string, timezone?: string, zMeansLocal = false): string {
  const result = readScheduledTime({ text, timezone, zMeansLocal, nowMs });
  return result.ok ? result.value.at.toISOString() : result.failure.code;
}

describe('a time to schedule for', () => {
  it.each([
    ['with Z is that instant', '2026-03-02T09:00:00Z', undefined, '2026-03-02T09:00:00.000Z'],
    ['with an offset is that instant', '2026-03-02T09:00:00+02:00', undefined, '2026-03-02T07:00:00.000Z'],
    ['with an offset without colon is that instant', '2026-03-02T09:00:00-0530', undefined, '2026-03-02T14:30:00.000Z'],
    ['without anything is UTC', '2026-03-02T09:00:00', undefined, '2026-03-02T09:00:00.000Z'],
    ['without an offset is local time of the zone', '2026-03-02T09:00:00', 'Europe/Berlin', '2026-03-02T08:00:00.000Z'],
    ['with an offset that the zone has is taken', '2026-03-02T09:00:00+01:00', 'Europe/Berlin', '2026-03-02T08:00:00.000Z'],
    ['with Z in a zone at UTC is taken', '2026-03-02T09:00:00Z', 'Europe/London', '2026-03-02T09:00:00.000Z'],
    ['with milliseconds keeps them', '2026-03-02T09:00:00.250Z', undefined, '2026-03-02T09:00:00.250Z'],
    ['with a date alone is midnight', '2026-03-02', 'Europe/Berlin', '2026-03-01T23:00:00.000Z'],
    ['that is hardly over is taken', '2026-03-01T11:00:00Z', undefined, '2026-03-01T11:00:00.000Z'],
  ])('%s', (_name, text, timezone, expected) => {
    expect(read(text, timezone)).toBe(expected);
  });

  it('shows both readings when offset and zone disagree', () => {
    const result = readScheduledTime({ text: '2026-07-02T09:00:00Z', timezone: 'Europe/Berlin', zMeansLocal: false, nowMs });
    expect(result).toMatchObject({
      ok: false,
      failure: {
        code: 'post.time_conflict',
        details: { asWritten: '2026-07-02T09:00:00Z', asLocalTime: '2026-07-02T07:00:00Z', timezone: 'Europe/Berlin' },
      },
    });
  });

  it('is refused when the clock jumps over it', () => {
    expect(read('2026-03-29T02:30:00', 'Europe/Berlin')).toBe('post.time_nonexistent');
  });
  it('that comes twice is the first of the two', () => {
    expect(read('2026-10-25T02:30:00', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z');
  });
  it('that comes twice is either of the two when its offset says which', () => {
    expect(read('2026-10-25T02:30:00+02:00', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z');
    expect(read('2026-10-25T02:30:00+01:00', 'Europe/Berlin')).toBe('2026-10-25T01:30:00.000Z');
  });

  it.each(['tomorrow', '', '2026-02-30T10:00:00', '2026-13-01T10:00:00Z', '2026-03-02T25:00:00', '2026-03-02T09:00:00+99:00'])(
    '%j is no time',
    (text) => {
      expect(read(text)).toBe('post.time_invalid');
    },
  );
  it('must not be long over, nor ten years away', () => {
    expect(read('2026-02-28T11:00:00Z')).toBe('post.time_invalid');
    expect(read('2036-03-02T12:00:00Z')).toBe('post.time_invalid');
    expect(read('+275760-01-01T00:00:00Z')).toBe('post.time_invalid');
  });
  it.each(['Mars/Olympus', '+02:00', '', 'Europe/'])('the zone %j is unknown', (timezone) => {
    expect(read('2026-03-02T09:00:00', timezone)).toBe('post.timezone_unknown');
  });

  describe('for a project whose clients write Z and mean local time', () => {
    it('is local time of the zone despite its Z', () => {
      expect(read('2026-07-02T09:00:00Z', 'Europe/Berlin', true)).toBe('2026-07-02T07:00:00.000Z');
    });
    it('keeps its offset when it has a real one', () => {
      expect(read('2026-07-02T09:00:00+01:00', 'Europe/Berlin', true)).toBe('post.time_conflict');
    });
    it('is UTC when no zone is given', () => {
      expect(read('2026-07-02T09:00:00Z', undefined, true)).toBe('2026-07-02T09:00:00.000Z');
    });
  });
});
