import { checkContent, type MediaFile } from '../kit/index.ts';
import { bluesky } from './index.ts';
import { image } from './session.spec-support.ts';

describe('limits', () => {
  const rules = (text: string, media: readonly MediaFile[] = [], options = {}) =>
    checkContent(bluesky.manifest, { text, options }, media).map(({ rule, path }) => `${rule} ${path}`);
  const family = '👨‍👩‍👧‍👦';
  it.each([
    ['300 graphemes', rules('é'.repeat(300)), []],
    ['301 graphemes', rules('é'.repeat(301)), ['text_too_long content']],
    ['120 families, which are 3000 bytes', rules(family.repeat(120)), []],
    ['121 families, which are more bytes', rules(family.repeat(121)), ['text_too_long content']],
    ['nothing', rules(''), ['text_required content']],
    ['an image alone', rules('', [image()]), []],
    [
      'five images',
      rules(
        'a',
        Array.from({ length: 5 }, () => image()),
      ),
      ['too_many_media mediaItems', 'too_many_media mediaItems'],
    ],
    ['an image too large', rules('a', [{ ...image(), sizeBytes: 1_000_001 }]), ['media_too_large mediaItems[0]']],
    ['a GIF', rules('a', [{ ...image(), type: 'gif', mimeType: 'image/gif' }]), ['media_type mediaItems[0]']],
    ['a document', rules('a', [{ ...image(), type: 'document', mimeType: 'application/pdf' }]), ['media_type mediaItems[0]']],
    ['four languages', rules('a', [], { langs: ['de', 'en', 'fr', 'it'] }), ['option_invalid platformSpecificData.langs']],
    ['a language that is none', rules('a', [], { langs: ['en-US', 'german!'] }), ['option_invalid platformSpecificData.langs[1]']],
    ['more alt texts than images', rules('a', [image()], { altText: ['1', '2'] }), ['option_invalid platformSpecificData.altText']],
  ])('%s', (_name, actual, expected) => expect(actual).toEqual(expected));

  it('options are strict', () => {
    expect(bluesky.manifest.options.safeParse({ langs: ['en'], altText: ['a'] }).success).toBe(true);
    expect(bluesky.manifest.options.safeParse({ lang: 'en' }).success).toBe(false);
  });
});
