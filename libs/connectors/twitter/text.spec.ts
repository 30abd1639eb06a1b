import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { links, weightedLength } from './text.ts';

interface Vector {
  readonly description: string;
  readonly text: string;
  readonly expected: { readonly weightedLength: number };
}
interface Vectors {
  readonly tests: {
    readonly urls_without_protocol: readonly { readonly description: string; readonly text: string }[];
    readonly WeightedTweetsWithDiscountedEmojiCounterTest: readonly Vector[];
    readonly UnicodeDirectionalMarkerCounterTest: readonly Vector[];
  };
}
const { tests } = parse(readFileSync(new URL('./vectors/validate.yml', import.meta.url), 'utf8')) as Vectors;

describe('weightedLength', () => {
  it.each([...tests.WeightedTweetsWithDiscountedEmojiCounterTest, ...tests.UnicodeDirectionalMarkerCounterTest])(
    '$description',
    ({ text, expected }) => {
      expect(weightedLength(text)).toBe(expected.weightedLength);
    },
  );
  it('takes time in proportion to the text', () => {
    const started = performance.now();
    for (const unit of ['a.', 'a-', 'http://a.com/(', 'http://', '.com/', 'あ', '👨‍', 'x@', '(((', 'é'])
      weightedLength(unit.repeat(25_000 / unit.length));
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('links', () => {
  const found = (text: string): string[] => links(text).map(({ start, end }) => text.slice(start, end));
  it.each(tests.urls_without_protocol)('$description', ({ text }) => expect(found(text)).toEqual([text]));
  it.each([
    ['see https://example.com/a_(b)?q=1#x.', ['https://example.com/a_(b)?q=1#x']],
    ['(https://example.com/path)', ['https://example.com/path']],
    ['HTTPS://www.ExaMPLE.COM/index.html!', ['HTTPS://www.ExaMPLE.COM/index.html']],
    ['one.com,two.org', ['one.com', 'two.org']],
    ['me@example.com and @example.com and #example.com', []],
    ['http://foobar.پاکستان/', ['http://foobar.پاکستان/']],
    ['http://例え.テスト', []],
    ['file.txt and e.g. this', []],
    ['https://under_score.example.com', ['https://under_score.example.com']],
    ['https://no_underscore.com', []],
    ['https://example.com:8080/x', ['https://example.com:8080/x']],
    ['ftp://example.com', []],
    ['日本語https://example.com日本語', ['https://example.com']],
    ['見てexample.com/a見て', ['example.com/a見て']],
    ['example.comx', []],
  ])('%s', (text, expected) => expect(found(text)).toEqual(expected));
});
