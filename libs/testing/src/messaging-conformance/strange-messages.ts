import { TYPE, type Bench } from './bench.ts';

interface StrangeMessage {
  readonly type?: string;
  readonly version?: number;
  readonly data: unknown;
}

/** What holds for messages that no one understands. */
export function describeStrangeMessages(bench: Bench): void {
  test.each<[string, StrangeMessage, RegExp]>([
    ['of a type that no one knows', { type: 'moon.rose', data: {} }, /No one knows/],
    ['of a known type that the service does not handle', { type: 'post.published', data: {} }, /no handler/],
    ['of a version that no one knows', { version: 99, data: { postId: 'x' } }, /version 99/],
    ['whose data breaks its contract', { data: { postId: 42 } }, /breaks its contract/],
  ])('makes a message %s a dead letter, and goes on with the next one and with other keys', async (_what, strange, reason) => {
    await bench.replica({ alsoTopics: ['moon.rose', 'post.published'] });
    await bench.sendRaw({ key: 'a', ...strange });
    await bench.send('a', 'next');
    await bench.send('b', 'other');
    await Promise.all(['dead', 'handled next', 'handled other'].map((name) => bench.signals.until(name)));
    expect(await bench.deadLetters()).toMatchObject([{ key: 'a', type: strange.type ?? TYPE, lastError: expect.stringMatching(reason) }]);
    expect((await bench.effects()).sort()).toEqual(['next', 'other']);
  });

  test.each([
    ['text', 'not JSON at all'],
    ['characters that Postgres cannot hold', 'a\u0000b\ud800c\\u0000'],
  ])('makes an undecodable message of %s one dead letter, however often it comes', async (_what, raw) => {
    const { consumer } = await bench.replica();
    const message = { topic: TYPE, key: 'a', content: { kind: 'undecodable', reason: `Unexpected token in ${raw}`, raw } } as const;
    await consumer.deliver(message);
    await consumer.deliver(message);
    await consumer.deliver({ ...message, key: 'b' });
    expect(await bench.deadLetters()).toMatchObject([
      { key: 'a', type: TYPE },
      { key: 'b', type: TYPE },
    ]);
    await bench.send('a', 'next');
    await bench.signals.until('handled next');
  });

  test('keeps what a handler complains of, whatever characters are in it', async () => {
    await bench.replica({
      during: async (note) => {
        if (note === 'bad') throw new Error('The platform said \u0000.');
      },
    });
    await bench.send('a', 'bad');
    await bench.signals.until('parked');
    expect(await bench.parked()).toMatchObject([{ note: 'bad', attempts: 1 }]);
  });
}
