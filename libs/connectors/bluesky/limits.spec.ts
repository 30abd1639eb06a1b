import { checkContent, type MediaFile } from '../kit/index.ts';
import { bluesky } from './index.ts';
import { image } from './session.spec-support.ts';

describe('limits', () => {
  const rules = (text: string, media: readonly MediaFile[] = [], options = {}) =>
    checkContent(bluesky.manifest, { text, options }, media).map(({ rule, path }) => `${rule} ${path}`);
  const video = (sizeBytes: number): MediaFile => ({ ...image(), type: 'video', mimeType: 'video/mp4', sizeBytes });
  const family = '👨‍👩‍👧‍👦';
  it.each([
    ['300 graphemes', rules('é'.repeat(300)), []],
    ['301 graphemes', rules('é'.repeat(301)), ['text_too_long content']],
    ['120 families, which are 3000 bytes', rules(family.repeat(120)), []],
    ['121 families, which are more bytes', rules(family.repeat(121)), ['text_too_long content']],
    ['nothing', rules(''), ['text_required content']],
    ['blanks', rules(' \n'), ['text_required content']],
    ['a link card alone', rules('', [], { linkCard: { url: 'https://example.com', title: 'A page' } }), []],
    ['a further post of a picture alone', rules('a', [], { threadItems: [{ content: '', mediaItems: [{ type: 'image', url: 'https://example.com/a' }] }] }), []],
    ['a further post of nothing', rules('a', [], { threadItems: [{ content: '' }] }), ['text_required platformSpecificData.threadItems[0].content']],
    ['a video of 300,000,000 bytes', rules('a', [video(300_000_000)]), []],
    ['a video too large', rules('a', [video(300_000_001)]), ['media_too_large mediaItems[0]']],
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

  it.each([
    ['an image larger than its server takes', image(), { blobUploadLimit: 10 }, ['media_too_large mediaItems[0]']],
    ['an image as large as its server takes', image(), { blobUploadLimit: image().sizeBytes }, []],
    ['an image, when its server told no limit', image(), {}, []],
    ['a video that the video service makes smaller', video(60_000_000), { blobUploadLimit: 52_428_800 }, []],
    ['a video that its server has to take as it is', video(60_000_000), { blobUploadLimit: 52_428_800, storesVideosItself: true }, ['media_too_large mediaItems[0]']],
  ])('hold for the account: %s', (_name, file, metadata, expected) => {
    const account = { login: null, scopes: [], metadata };
    expect(checkContent(bluesky.manifest, { text: 'a', options: {} }, [file], account).map(({ rule, path }) => `${rule} ${path}`)).toEqual(expected);
  });

  it('hold for the account in a thread, and for the picture of a card', () => {
    const url = 'https://example.com/a';
    const options = { threadItems: [{ content: 'b', mediaItems: [{ type: 'image', url }] }], linkCard: { url, title: 'A page', thumbnailUrl: url } };
    const account = { login: null, scopes: [], metadata: { blobUploadLimit: 10 } };
    const attachments = bluesky.publish.attachments?.({ text: 'a', options }, []) ?? [];
    expect(attachments.map(({ path, limits, limitsOf }) => [path, limits.image?.maxBytes, limitsOf?.(account).image?.maxBytes])).toEqual([
      ['platformSpecificData.threadItems[0].mediaItems[0]', 1_000_000, 10],
      ['platformSpecificData.linkCard.thumbnailUrl', 1_000_000, 10],
    ]);
  });

  it('a post takes three of 5,000 points an hour and of 35,000 a day', () => {
    const budgets = (bluesky.manifest.budgets ?? []).map(({ of, max, window, cost }) => [of, max, window, cost(0, { text: '', options: {} }), cost(1, { text: '', options: {} })]);
    expect(budgets).toEqual([
      ['account', 5_000, { kind: 'rolling', ms: 3_600_000 }, 3, 3],
      ['account', 35_000, { kind: 'rolling', ms: 86_400_000 }, 3, 3],
    ]);
  });

  it('options are strict', () => {
    expect(bluesky.manifest.options.safeParse({ langs: ['en'], altText: ['a'] }).success).toBe(true);
    expect(bluesky.manifest.options.safeParse({ lang: 'en' }).success).toBe(false);
  });
});
