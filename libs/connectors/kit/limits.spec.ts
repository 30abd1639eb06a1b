import { FEATURES } from '@plaza/contracts';
import { z } from 'zod';
import type { Content } from './content.ts';
import { checkContent, describeWindow } from './limits.ts';
import type { Manifest } from './manifest.ts';

const manifest: Manifest = {
  platform: 'twitter',
  displayName: 'X',
  status: 'dev',
  hosts: {},
  auth: { credentials: { fieldHelp: {}, rotatesRefreshToken: false } },
  features: Object.fromEntries(FEATURES.map((feature) => [feature, true])) as Manifest['features'],
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
      video: { mimeTypes: ['video/mp4'], maxBytes: 100, maxCount: 1, maxDurationMs: 1000, videoCodecs: ['avc', 'hevc'], audioCodecs: ['aac'], maxFrameRate: 60 },
    },
  },
  options: z.strictObject({}),
  sources: [],
};
const still = { durationMs: null, videoCodec: null, audioCodec: null, frameRate: null } as const;
const image = { type: 'image', mimeType: 'image/jpeg', sizeBytes: 10, width: 20, height: 10, ...still } as const;
const video = { type: 'video', mimeType: 'video/mp4', sizeBytes: 10, width: 20, height: 10, durationMs: 1000, videoCodec: 'avc', audioCodec: 'aac', frameRate: 60 } as const;
const rules = (text: string, media: Parameters<typeof checkContent>[2]) => checkContent(manifest, { text, options: {} }, media).map(({ rule }) => rule);

describe('checkContent', () => {
  it('takes what keeps exactly to every limit', () => {
    expect(rules('12345', [image, image])).toEqual([]);
    expect(rules('', [video])).toEqual([]);
  });
  it('lets an option lift the limit of the text', () => {
    const text = [{ unit: 'characters', max: 5, maxWith: ({ options }: Content) => (options['long'] === true ? 6 : 5), count: (value: string) => value.length }];
    const lifted: Manifest = { ...manifest, limits: { ...manifest.limits, text } };
    expect(checkContent(lifted, { text: '123456', options: {} }, [])).toHaveLength(1);
    expect(checkContent(lifted, { text: '123456', options: { long: true } }, [])).toEqual([]);
    expect(checkContent(lifted, { text: '1234567', options: { long: true } }, [])).toMatchObject([{ limit: 6, actual: 7 }]);
  });
  it('takes the limits of the account where it has its own, and the usual ones where none is known', () => {
    const media = { image: { mimeTypes: ['image/jpeg'], maxBytes: 5, maxCount: 9 } };
    const own: Manifest = { ...manifest, limitsOf: ({ metadata }) => ({ ...manifest.limits, maxMedia: Number(metadata['max']), media }) };
    const account = { login: null, scopes: [], metadata: { max: 1 } };
    expect(checkContent(own, { text: 'a', options: {} }, [image, video], account).map(({ rule }) => rule)).toEqual(['too_many_media', 'media_mix', 'media_too_large', 'media_type']);
    expect(checkContent(own, { text: 'a', options: {} }, [image])).toEqual([]);
  });
  it('counts pixels', () => {
    const narrow: Manifest = { ...manifest, limits: { ...manifest.limits, media: { image: { mimeTypes: ['image/jpeg'], maxBytes: 10, maxCount: 1, maxPixels: 200 } } } };
    const of = (width: number | null) => checkContent(narrow, { text: 'a', options: {} }, [{ ...image, width }]);
    expect([of(20), of(null)]).toEqual([[], []]);
    expect(of(21)).toMatchObject([{ rule: 'media_dimensions', limit: 200, actual: 210, path: 'mediaItems[0]' }]);
  });
  it('names what the content needs and the account was connected without', () => {
    const scopes = { publish: ['write'], comments: ['comment'] };
    const oauth = { scopes, logins: { other: { displayName: 'Other', scopes: { publish: ['write'], comments: ['reply'] }, setup: [] } }, pkce: 'none', rotatesRefreshToken: false, canVerifyApp: false, setup: [] } as const;
    const needing: Manifest = { ...manifest, auth: { oauth }, needs: () => [{ capability: 'comments', path: 'platformSpecificData.firstComment' }] };
    const missing = (granted: readonly string[], login: string | null = null) => checkContent(needing, { text: 'x', options: {} }, [], { login, scopes: [...granted], metadata: {} }).map(({ message }) => message);
    expect(missing(['write'])).toEqual(['The account was connected without comment: connect it again with the capability comments.']);
    expect(missing(['write', 'comment'])).toEqual([]);
    expect(missing(['write', 'comment'], 'other')).toHaveLength(1);
    expect(missing(['write', 'reply'], 'other')).toEqual([]);
    // Where nobody knows what was granted, the platform is asked.
    expect(missing([])).toEqual([]);
    expect(checkContent(needing, { text: 'x', options: {} }, [])).toEqual([]);
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
    expect(rules('a', [{ ...video, frameRate: 61 }])).toEqual(['media_frame_rate']);
    expect(rules('a', [{ ...video, videoCodec: 'prores', audioCodec: 'opus' }])).toEqual(['media_codec', 'media_codec']);
    expect(rules('a', [{ ...video, audioCodec: null, frameRate: null }])).toEqual([]);
    expect(rules('a', [image, video])).toEqual(['media_mix']);
    expect(rules('a', [{ ...image, type: 'gif' }])).toEqual(['media_type']);
    expect(rules('a', [image, image, image])).toEqual(['too_many_media', 'too_many_media']);
  });
});

it.each([
  [{ kind: 'day', timeZone: 'America/Los_Angeles' }, 'a day (America/Los_Angeles)'],
  [{ kind: 'rolling', ms: 30_000 }, 'in 30 seconds'],
  [{ kind: 'rolling', ms: 60_000 }, 'in 60 seconds'],
  [{ kind: 'rolling', ms: 300_000 }, 'in 5 minutes'],
  [{ kind: 'rolling', ms: 3_600_000 }, 'in 60 minutes'],
  [{ kind: 'rolling', ms: 86_400_000 }, 'in 24 hours'],
] as const)('the window %j of a budget is told as %s', (window, words) => expect(describeWindow(window)).toBe(words));
