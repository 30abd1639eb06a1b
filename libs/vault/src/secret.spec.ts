import { format, inspect } from 'node:util';
import { Writable } from 'node:stream';
import { createLogger } from '@plaza/chassis';
import { Secret } from './secret.ts';

const TEXT = 'hunter2';
const secret = new Secret(TEXT);

function logged(value: unknown): string {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  createLogger({ level: 'info', destination }).info({ value, nested: { deep: [value] } }, 'A line.');
  return lines.join('');
}

describe('a secret', () => {
  test('is told only when it is asked for', () => {
    expect(secret.reveal()).toBe(TEXT);
  });

  test.each([
    ['String()', String(secret)],
    ['a template', `${secret}`],
    ['a sum', 'is ' + secret],
    ['JSON', JSON.stringify({ secret, list: [secret] })],
    ['inspect', inspect({ secret, list: [secret], map: new Map([['a', secret]]) }, { depth: null, showHidden: true, getters: true })],
    ['format %s', format('%s', secret)],
    ['format %o', format('%o', secret)],
    ['format %O', format('%O', { secret })],
    ['format %j', format('%j', { secret })],
    ['a further argument of format', format('Token:', secret)],
    ['the stack of an error', inspect(new Error(`Refused ${secret}`, { cause: secret }))],
    ['a log line', logged(secret)],
  ])('prints as [secret] in %s', (_where, text) => {
    expect(text).toContain('[secret]');
    expect(text).not.toContain(TEXT);
  });

  test.each([
    ['inspect without custom inspection', inspect(secret, { customInspect: false, showHidden: true })],
    ['a copy', JSON.stringify({ ...secret })],
    ['a structured clone', inspect(structuredClone(secret))],
    ['its own properties', Reflect.ownKeys(secret).join()],
  ])('does not show in %s', (_where, text) => {
    expect(text).not.toContain(TEXT);
  });
});
