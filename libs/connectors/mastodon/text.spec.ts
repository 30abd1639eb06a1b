import { checkContent } from '../kit/index.ts';
import { mediaFile } from '../kit/testbed.spec-support.ts';
import { mastodon } from './index.ts';
import { lengthOf } from './simulator/length.ts';
import { statusLength } from './text.ts';

const { manifest } = mastodon;
const rules = (text: string, options: object = {}, media = [mediaFile({ type: 'image' })].slice(1)) =>
  checkContent(manifest, { text, options: manifest.options.parse(options) }, media).map(({ rule, path }) => `${rule} ${path}`);
const link = `https://example.com/${'x'.repeat(100)}`;

describe('the length of a status', () => {
  it.each([
    ['', 0],
    ['plain', 5],
    ['👨‍👩‍👧‍👦 é', 3],
    [link, 23],
    [`see ${link}.`, 28],
    [`(${link})`, 25],
    ['https://example.com/a_(b)', 23],
    ['two http://a.example and https://b.example/x?y=z#w', 4 + 23 + 5 + 23],
    ['example.com/a/long/path/that/is/no/link', 39],
    ['@alice@social.example.com hello', 12],
    ['@alice hello', 12],
    ['mail bob@example.com', 20],
  ])('%s', (text, length) => {
    expect(statusLength(text)).toBe(length);
    expect(lengthOf('', text)).toBe(length);
  });
});

describe('what is refused before anything is scheduled', () => {
  const poll = { poll: { options: ['a', 'b'], durationMinutes: 5 } };
  const item = (more: object) => ({ threadItems: [{ content: 'more', ...more }] });
  it.each([
    ['x'.repeat(500), {}, []],
    ['x'.repeat(501), {}, ['text_too_long content']],
    [`${'x'.repeat(476)} ${link}`, {}, []],
    [`${'x'.repeat(477)} ${link}`, {}, ['text_too_long content']],
    ['x'.repeat(490), { spoilerText: 'x'.repeat(10) }, []],
    ['x'.repeat(490), { spoilerText: 'x'.repeat(11) }, ['text_too_long content']],
    ['', {}, ['text_required content']],
    ['x', item({ content: 'x'.repeat(501) }), ['text_too_long platformSpecificData.threadItems[0].content']],
    ['x', item({ content: '' }), ['text_required platformSpecificData.threadItems[0].content']],
    ['x', item({ altText: ['one'] }), ['option_invalid platformSpecificData.threadItems[0].altText']],
    ['x', item({ mediaItems: ['image', 'video'].map((type) => ({ type, url: 'https://media.example/x' })) }), ['media_mix platformSpecificData.threadItems[0].mediaItems']],
    ['x', { altText: ['one'] }, ['option_invalid platformSpecificData.altText']],
    ['x', { poll: { options: ['a', 'a'], durationMinutes: 5 } }, ['option_invalid platformSpecificData.poll.options']],
  ])('%.10s %j', (text, options, expected) => expect(rules(text, options)).toEqual(expected));
  it('goes by the limit of the account’s own server, for every post of a thread', () => {
    const of = (maxCharacters: number, text: string, options: object = {}) =>
      checkContent(manifest, { text, options: manifest.options.parse(options) }, [], { login: null, scopes: [], metadata: { accountId: '1', maxCharacters } }).map(({ limit, path }) => `${limit} ${path}`);
    expect(of(5000, 'x'.repeat(5000), item({ content: 'x'.repeat(5000) }))).toEqual([]);
    expect(of(5000, 'x'.repeat(5001))).toEqual(['5000 content']);
    expect(of(5000, 'x', item({ content: 'x'.repeat(5001) }))).toEqual(['5000 platformSpecificData.threadItems[0].content']);
    expect(of(100, 'x'.repeat(101))).toEqual(['100 content']);
  });
  it('keeps polls, GIFs and videos apart from other media, and a warning beside a text', () => {
    const [image, gif, video] = [mediaFile({ type: 'image' }), mediaFile({ type: 'gif' }), mediaFile({ type: 'video' })];
    expect(rules('x', poll, [image])).toEqual(['media_mix platformSpecificData.poll']);
    expect(rules('', {}, [gif, image])).toEqual(['media_mix mediaItems']);
    expect(rules('', {}, [video, image])).toEqual(['media_mix mediaItems']);
    expect(rules('', { spoilerText: 'Spiders' }, [image])).toEqual(['option_invalid platformSpecificData.spoilerText']);
  });
  it('counts the pixels of pictures and videos', () => {
    expect(rules('', {}, [mediaFile({ type: 'image', width: 7680, height: 4320 })])).toEqual([]);
    expect(rules('', {}, [mediaFile({ type: 'image', width: 7681, height: 4320 })])).toEqual(['media_dimensions mediaItems[0]']);
    expect(rules('', {}, [mediaFile({ type: 'video', width: 3840, height: 2161 })])).toEqual(['media_dimensions mediaItems[0]']);
    expect(rules('', {}, [mediaFile({ type: 'video', frameRate: 121 })])).toEqual(['media_frame_rate mediaItems[0]']);
  });
  it.each([{ surplus: 1 }, { visibility: 'nobody' }, { language: 'english' }, { poll: { options: ['a'], durationMinutes: 5 } }, { poll: { options: ['a', 'b'], durationMinutes: 4 } }])(
    'knows no options like %j',
    (options) => expect(manifest.options.safeParse(options).success).toBe(false),
  );
});
