import { checkContent, type MediaFile } from '../kit/index.ts';
import { instagram } from './index.ts';
import { image, video } from './session.spec-support.ts';

describe('limits', () => {
  const rules = (text: string, media: readonly MediaFile[] = [image], options = {}) =>
    checkContent(instagram.manifest, { text, options }, media).map(({ rule, path }) => `${rule} ${path}`);
  const story = { contentType: 'story' };
  it.each([
    ['everything in order', rules('Hello'), []],
    ['an empty caption', rules(''), []],
    ['2200 characters', rules('😀'.repeat(2200)), []],
    ['2201 characters', rules('a'.repeat(2201)), ['text_too_long content']],
    ['30 hashtags', rules('#a '.repeat(30)), []],
    ['31 hashtags', rules('#a '.repeat(31)), ['text_too_long content']],
    ['20 mentions and a mail address', rules(`${'@a '.repeat(20)} me@example.com`), []],
    ['21 mentions', rules('@a '.repeat(21)), ['text_too_long content']],
    ['no media', rules('Hello', []), ['media_required mediaItems']],
    ['a mixed carousel of ten', rules('Hello', [video, ...Array.from({ length: 9 }, () => image)]), []],
    [
      'eleven items',
      rules(
        'Hello',
        Array.from({ length: 11 }, () => image),
      ),
      ['too_many_media mediaItems', 'too_many_media mediaItems'],
    ],
    ['a PNG', rules('Hello', [{ ...image, mimeType: 'image/png' }]), ['media_type mediaItems[0]']],
    ['a GIF', rules('Hello', [{ ...image, type: 'gif', mimeType: 'image/gif' }]), ['media_type mediaItems[0]']],
    ['an image over 8 MiB', rules('Hello', [{ ...image, sizeBytes: 8 * 1024 * 1024 + 1 }]), ['media_too_large mediaItems[0]']],
    ['an image of 4:5', rules('Hello', [{ ...image, width: 1080, height: 1350 }]), []],
    ['an image of 9:16', rules('Hello', [{ ...image, width: 1080, height: 1920 }]), ['media_dimensions mediaItems[0]']],
    ['a story of 9:16', rules('Hello', [{ ...image, width: 1080, height: 1920 }], story), []],
    ['a video of two seconds', rules('Hello', [{ ...video, durationMs: 2000 }]), ['media_duration mediaItems[0]']],
    ['a video of a quarter of an hour and more', rules('Hello', [{ ...video, durationMs: 900_001 }]), ['media_duration mediaItems[0]']],
    ['a video of another codec, and its sound', rules('Hello', [{ ...video, videoCodec: 'vp9', audioCodec: 'opus' }]), ['media_codec mediaItems[0]', 'media_codec mediaItems[0]']],
    ['a video of 15 frames a second', rules('Hello', [{ ...video, frameRate: 15 }]), ['media_frame_rate mediaItems[0]']],
    ['a video of 120 frames a second', rules('Hello', [{ ...video, frameRate: 120 }]), ['media_frame_rate mediaItems[0]']],
    ['a story of two items', rules('Hello', [image, image], story), ['too_many_media mediaItems']],
    ['a story of a minute and more', rules('Hello', [{ ...video, durationMs: 60_001 }], story), ['media_duration mediaItems[0]']],
    ['a story over 100 MiB', rules('Hello', [{ ...video, sizeBytes: 100 * 1024 * 1024 + 1 }], story), ['media_too_large mediaItems[0]']],
    [
      'a story with collaborators',
      rules('Hello', [image], { ...story, collaborators: ['a'] }),
      ['option_invalid platformSpecificData.collaborators'],
    ],
    ['a story with a comment and alt text', rules('', [image], { ...story, firstComment: 'c', altText: ['a'] }), ['option_invalid platformSpecificData.altText', 'option_invalid platformSpecificData.firstComment']],
    ['an alt text of a video', rules('', [video], { altText: ['a'] }), ['option_invalid platformSpecificData.altText[0]']],
    ['an alt text of an image beside a video', rules('', [video, image], { altText: ['', 'a'] }), []],
    ['a comment of five hashtags', rules('', [image], { firstComment: '#a #b #c #d #e' }), ['option_invalid platformSpecificData.firstComment']],
    ['a comment of two links', rules('', [image], { firstComment: 'https://a.example and www.b.example' }), ['option_invalid platformSpecificData.firstComment']],
    ['a comment in capitals', rules('', [image], { firstComment: 'BUY NOW' }), ['option_invalid platformSpecificData.firstComment']],
    ['a comment without letters', rules('', [image], { firstComment: '👍 100' }), []],
    ['a trial that is no reel', rules('', [image], { trialReel: 'MANUAL' }), ['option_invalid platformSpecificData.trialReel']],
    ['a tag without its place', rules('', [image], { userTags: [{ username: 'a' }] }), ['option_invalid platformSpecificData.userTags']],
    ['a tag in a reel', rules('', [video], { userTags: [{ username: 'a' }] }), []],
    ['a tag in a carousel', rules('', [video, video], { userTags: [{ username: 'a' }] }), ['option_invalid platformSpecificData.userTags']],
  ])('%s', (_name, actual, expected) => expect(actual).toEqual(expected));

  it.each([
    [{ contentType: 'story', shareToFeed: true, coverUrl: 'https://a.example/b.jpg', thumbOffset: 0, collaborators: ['a.b_c'] }, true],
    [{ contentType: 'feed' }, false],
    [{ thumbOffset: -1 }, false],
    [{ coverUrl: 'nonsense' }, false],
    [{ collaborators: [] }, false],
    [{ collaborators: ['a', 'a'] }, false],
    [{ collaborators: ['a', 'b', 'c', 'd'] }, false],
    [{ collaborators: ['@a'] }, false],
    [{ firstComment: 'a'.repeat(301) }, false],
    [{ altText: ['a'.repeat(1001)] }, false],
    [{ userTags: [{ username: 'a', x: 1.1, y: 0 }] }, false],
    [{ caption: 'x' }, false],
  ])('options %j', (options, isTaken) => expect(instagram.manifest.options.safeParse(options).success).toBe(isTaken));
});
