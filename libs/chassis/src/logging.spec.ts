import { Writable } from 'node:stream';
import { createLogger, REDACTED_PATHS } from './logging.ts';

const NAMES = ['clientSecret', 'accessToken', 'refreshToken', 'password', 'credentials', 'webhookUrl', 'codeVerifier', 'key', 'authorization'];

function logged(fields: object): string {
  let text = '';
  const destination = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  createLogger({ level: 'info', destination }).info(fields, 'A line.');
  return text;
}

describe('a log line', () => {
  test.each(NAMES)('shows no %s, at any of three depths', (name) => {
    const line = logged({ [name]: 'hunter2', one: { [name]: 'hunter2', two: { [name]: 'hunter2' } } });
    expect(line).not.toContain('hunter2');
    expect(line.match(/\[secret\]/g)).toHaveLength(3);
  });

  test.each(['x-access-key', 'x-plaza-identity', 'authorization'])('shows no header %s', (name) => {
    const line = logged({ headers: { [name]: 'hunter2' }, request: { headers: { [name]: 'hunter2' } } });
    expect(line).not.toContain('hunter2');
  });

  test('shows no secret of a child logger or of an error', () => {
    const error = Object.assign(new Error('Refused.'), { accessToken: 'hunter2' });
    expect(logged({ err: error })).not.toContain('hunter2');
  });

  test('hides exactly the paths that are listed here', () => {
    const headers = ['headers["x-access-key"]', '*.headers["x-access-key"]', 'headers["x-plaza-identity"]', '*.headers["x-plaza-identity"]'];
    expect([...REDACTED_PATHS].sort()).toEqual([...NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), ...headers].sort());
  });

  test('is one JSON object with time, level and message', () => {
    expect(JSON.parse(logged({ count: 1 }))).toEqual({ level: 'info', time: expect.stringMatching(/Z$/), count: 1, msg: 'A line.' });
  });
});
