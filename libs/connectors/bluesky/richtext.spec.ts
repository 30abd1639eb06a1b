import { detect, toFacets } from './richtext.ts';

/** What the facets cover, read back out of the bytes. */
function covered(text: string): string[] {
  const bytes = Buffer.from(text, 'utf8');
  return detect(text).map(({ kind, byteStart, byteEnd }) => `${kind} ${bytes.subarray(byteStart, byteEnd).toString('utf8')}`);
}

describe('detect', () => {
  it.each<readonly [string, readonly string[]]>([
    ['see https://example.com.', ['link https://example.com']],
    ['https://example.com/a?b=c#d, and more', ['link https://example.com/a?b=c#d']],
    ['(https://example.com/a)', ['link https://example.com/a']],
    ['https://en.wikipedia.org/wiki/A_(b)', ['link https://en.wikipedia.org/wiki/A_(b)']],
    ['example.com is text', []],
    ['xhttps://example.com', []],
    ['hello @alice.bsky.social!', ['mention @alice.bsky.social']],
    ['@Alice.Example.', ['mention @Alice.Example']],
    ['mail@example.com and @nodots', []],
    ['#news and #Ümläut!', ['tag #news', 'tag #Ümläut']],
    ['#1 #… a#b', []],
    ['#2026ends', ['tag #2026ends']],
    [`#${'x'.repeat(65)}`, []],
    ['Grüße 👩‍👩‍👧 @bob.example → https://ä.example/ü #tag', ['mention @bob.example', 'link https://ä.example/ü', 'tag #tag']],
    ['', []],
  ])('%s', (text, expected) => expect(covered(text)).toEqual(expected));

  it('counts UTF-8 bytes', () => {
    expect(detect('é #a')).toEqual([{ kind: 'tag', tag: 'a', byteStart: 3, byteEnd: 5 }]);
  });
});

describe('toFacets', () => {
  it('leaves a mention without a DID as plain text', () => {
    const found = detect('@a.example @b.example #c https://d.example');
    expect(toFacets(found, new Map([['b.example', 'did:plc:b']]))).toEqual([
      { index: { byteStart: 11, byteEnd: 21 }, features: [{ $type: 'app.bsky.richtext.facet#mention', did: 'did:plc:b' }] },
      { index: { byteStart: 22, byteEnd: 24 }, features: [{ $type: 'app.bsky.richtext.facet#tag', tag: 'c' }] },
      { index: { byteStart: 25, byteEnd: 42 }, features: [{ $type: 'app.bsky.richtext.facet#link', uri: 'https://d.example' }] },
    ]);
  });
});
