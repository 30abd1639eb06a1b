import { newTraceparent, readTraceparent, writeTraceparent } from './traceparent.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('a traceparent', () => {
  test('is read as the recommendation writes it', () => {
    expect(readTraceparent(`00-${TRACE}-${SPAN}-01`)).toEqual({ traceId: TRACE, spanId: SPAN, isSampled: true });
    expect(readTraceparent(`00-${TRACE}-${SPAN}-00`)).toEqual({ traceId: TRACE, spanId: SPAN, isSampled: false });
  });

  test('of a later version is read as far as this one goes', () => {
    expect(readTraceparent(`cc-${TRACE}-${SPAN}-03-what-comes-later`)).toEqual({ traceId: TRACE, spanId: SPAN, isSampled: true });
  });

  test.each([
    undefined,
    '',
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE}-${SPAN}-01-more`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01\n`,
    `00-${TRACE.slice(1)}-${SPAN}-01`,
    `x00-${TRACE}-${SPAN}-01`,
  ])('that says %j is none', (text) => {
    expect(readTraceparent(text)).toBeUndefined();
  });

  test('that is made anew can be read, is not recorded by anyone, and is no other', () => {
    const made = newTraceparent();
    const place = readTraceparent(made);
    expect(place).toMatchObject({ isSampled: false });
    expect(place && writeTraceparent(place)).toBe(made);
    expect(newTraceparent()).not.toBe(made);
  });
});
