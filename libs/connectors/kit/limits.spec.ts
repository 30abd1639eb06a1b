import { z } from 'zod';
import { checkContent } from './limits.ts';
import type { Manifest } from './manifest.ts';

const manifest: Manifest = {
  platform: 'twitter',
  displayName: 'X',
  status: 'dev',
  hosts: {},
  auth: { kind: 'credentials', fieldHelp: {}, rotatesRefreshToken: false },
  protection: { class: 'E', settleMs: 0 },
  submitDeadlineMs: 1000,
  limits: {
    text: [{ unit: 'characters', max: 5, count: (text) => text.length }],
    textRequired: 'without_media',
    mediaRequired: false,
    maxMedia: 2,
    exclusive: ['video'],
    media: {
      image: { mimeTypes: ['image/jpeg'], maxBytes: 10, maxCount: 2, maxAspect: 2 },
      video: { mimeTypes: ['video/mp4'], maxBytes: 100, maxCount: 1, maxDurationMs: 1000 },
    },
  },
  options: z.strictObject({}),
  sources: [],
};
const image = { type: 'image', mimeType: 'image/jpeg', sizeBytes: 10, width: 20, height: 10, durationMs: null } as const;
const video = { type: 'video', mimeType: 'video/mp4', sizeBytes: 10, width: 20, height: 10, durationMs: 1000 } as const;
const rules = (text: string, media: Parameters<typeof checkContent>[2]) => checkContent(manifest, { text, options: {} }, media).map(({ rule }) => rule);

describe('checkContent', () => {
  it('takes what keeps exactly to every limit', () => {
    expect(rules('12345', [image, image])).toEqual([]);
    expect(rules('', [video])).toEqual([]);
  });
  it('lets an option lift the limit of the text', () => {
    const text = [{ unit: 'characters', max: 5, maxWith: ({ long }: { readonly long?: unknown }) => (long === true ? 6 : 5), count: (value: string) => value.length }];
    const lifted: Manifest = { ...manifest, limits: { ...manifest.limits, text } };
    expect(checkContent(lifted, { text: '123456', options: {} }, [])).toHaveLength(1);
    expect(checkContent(lifted, { text: '123456', options: { long: true } }, [])).toEqual([]);
    expect(checkContent(lifted, { text: '1234567', options: { long: true } }, [])).toMatchObject([{ limit: 6, actual: 7 }]);
  });
  it('names each limit that is broken, with limit and actual', () => {
    expect(checkContent(manifest, { text: '123456', options: {} }, [])).toEqual([
      { rule: 'text_too_long', message: 'The text has 6 characters; 5 are allowed.', limit: 5, actual: 6, path: 'content' },
    ]);
    expect(rules(' ', [])).toEqual(['text_required']);
    expect(rules('a', [{ ...image, sizeBytes: 11 }])).toEqual(['media_too_large']);
    expect(rules('a', [{ ...image, width: 21 }])).toEqual(['media_dimensions']);
    expect(rules('a', [{ ...image, mimeType: 'image/png' }])).toEqual(['media_type']);
    expect(rules('a', [{ ...video, durationMs: 1001 }])).toEqual(['media_duration']);
    expect(rules('a', [image, video])).toEqual(['media_mix']);
    expect(rules('a', [{ ...image, type: 'gif' }])).toEqual(['media_type']);
    expect(rules('a', [image, image, image])).toEqual(['too_many_media', 'too_many_media']);
  });
});
