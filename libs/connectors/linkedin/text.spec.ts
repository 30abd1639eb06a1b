import { fromLittleText, toLittleText } from './text.ts';
import { readLittleText } from './simulator/little-text.ts';

const ACME = { text: 'Acme (Corp)', urn: 'urn:li:organization:1' };

describe('little text', () => {
  it.each([
    ['plain words', 'Plain words', 'Plain words'],
    ['every reserved character', '|{}@[]()<>#\\*_~', '\\|\\{\\}\\@\\[\\]\\(\\)\\<\\>\\#\\\\\\*\\_\\~'],
    ['a hashtag', 'Look: #news!', 'Look: {hashtag|\\#|news}!'],
    ['a hashtag with a line', '#good_news', '{hashtag|\\#|good\\_news}'],
    ['hashtags of any script', '#größe #日本', '{hashtag|\\#|größe} {hashtag|\\#|日本}'],
    ['a number is no hashtag', 'We are #1', 'We are \\#1'],
    ['the fragment of an address is no hashtag', 'https://a.example/b#part and a#b', 'https://a.example/b\\#part and a\\#b'],
    ['an address with reserved characters', 'https://a.example/b_(c)', 'https://a.example/b\\_\\(c\\)'],
  ])('writes %s', (_name, text, little) => expect(toLittleText(text)).toBe(little));

  it('writes mentions in the order of the text, with their names escaped', () => {
    const text = 'Thanks, Beta and Acme (Corp)! #thanks';
    const beta = { text: 'Beta', urn: 'urn:li:organization:2' };
    expect(toLittleText(text, [ACME, beta])).toBe('Thanks, @[Beta](urn:li:organization:2) and @[Acme \\(Corp\\)](urn:li:organization:1)! {hashtag|\\#|thanks}');
  });

  it.each(['A (b) [c] {d} <e> f|g *h* _i_ ~j~ \\k @l #m', 'Thanks, Acme (Corp)! #a #b_c', 'line\nline\\', '日本 #日本 (テスト)'])('is read by LinkedIn as it was meant: %s', (text) => {
    const little = toLittleText(text, text.includes(ACME.text) ? [ACME] : []);
    expect(readLittleText(little).plain).toBe(text);
    expect(fromLittleText(little)).toBe(text);
  });

  it('is cut off by LinkedIn where nothing is escaped', () => {
    expect(readLittleText('Hello (world)').plain).toBe('Hello ');
  });
});
