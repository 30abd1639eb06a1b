import type { AccountFacts } from '@plaza/contracts';
import { checkContent, type MediaFile } from '../kit/index.ts';
import { mediaFile, Testbed } from '../kit/testbed.spec-support.ts';
import { mastodon } from './index.ts';
import { simulateMastodon, type MastodonSimulatorOptions } from './simulator.ts';

const { manifest, publish } = mastodon;
const MIB = 1024 * 1024;

let bed: Testbed;
afterEach(() => bed.close());
/** The facts of an account of a server that was asked for its limits while connecting. */
const connectAt = async (options: MastodonSimulatorOptions = {}): Promise<AccountFacts> => {
  bed = await Testbed.open(mastodon, simulateMastodon(options));
  const { account } = await bed.connectWith({ instance: 'mastodon.example', accessToken: 'pasted_alice' });
  return { login: null, scopes: [], metadata: account.metadata };
};
/** Bytes are not made for what is only counted. */
const file = (type: 'image' | 'video' | 'gif', facts: Partial<MediaFile> = {}): MediaFile => ({ ...mediaFile({ type }), ...facts });
const problems = (account: AccountFacts | null, media: readonly MediaFile[], options: object = {}, text = 'x'): string[] =>
  checkContent(manifest, { text, options: manifest.options.parse(options) }, media, account).map(({ rule, limit, path }) => `${rule} ${limit} ${path}`);

describe('what the account’s own server allows is known before anything is scheduled', () => {
  const alt = (length: number) => ({ altText: ['x'.repeat(length)] });
  const five = Array.from({ length: 5 }, () => file('image'));
  const wide = (pixels: number) => ({ width: pixels, height: 1 });
  const link = `https://example.com/${'y'.repeat(90)}`;
  const cases: readonly [name: string, given: NonNullable<MastodonSimulatorOptions['limits']>, post: readonly [readonly MediaFile[], object?, string?], stock: string[], own: string[]][] = [
    ['more media', { statuses: { max_media_attachments: 5 } }, [five], ['too_many_media 4 mediaItems', 'too_many_media 4 mediaItems'], []],
    ['less media', { statuses: { max_media_attachments: 1 } }, [five.slice(0, 2)], [], ['too_many_media 1 mediaItems', 'too_many_media 1 mediaItems']],
    ['shorter links', { statuses: { characters_reserved_per_url: 10 } }, [[], {}, `${'x'.repeat(489)} ${link}`], ['text_too_long 500 content'], []],
    ['longer links', { statuses: { characters_reserved_per_url: 30 } }, [[], {}, `${'x'.repeat(475)} ${link}`], [], ['text_too_long 500 content']],
    ['fewer types', { media: { supported_mime_types: ['image/png', 'image/jpeg'] } }, [[file('image', { mimeType: 'image/webp' })]], [], ['media_type image/png, image/jpeg mediaItems[0]']],
    ['no videos at all', { media: { supported_mime_types: ['image/png'] } }, [[file('video')]], [], ['media_type undefined mediaItems[0]']],
    ['no GIFs', { media: { supported_mime_types: ['image/png'] } }, [[file('gif')]], [], ['media_type undefined mediaItems[0]']],
    ['larger pictures', { media: { image_size_limit: 40 * MIB } }, [[file('image', { sizeBytes: 40 * MIB })]], [`media_too_large ${16 * MIB} mediaItems[0]`], []],
    ['smaller GIFs', { media: { image_size_limit: MIB } }, [[file('gif', { sizeBytes: MIB + 1 })]], [], [`media_too_large ${MIB} mediaItems[0]`]],
    ['pictures of fewer pixels', { media: { image_matrix_limit: 1000 } }, [[file('image', wide(1001))]], [], ['media_dimensions 1000 mediaItems[0]']],
    ['pictures of more pixels', { media: { image_matrix_limit: 40_000_000 } }, [[file('image', wide(40_000_000))]], ['media_dimensions 33177600 mediaItems[0]'], []],
    ['smaller videos', { media: { video_size_limit: 40 * MIB } }, [[file('video', { sizeBytes: 40 * MIB + 1 })]], [], [`media_too_large ${40 * MIB} mediaItems[0]`]],
    ['videos of fewer pixels', { media: { video_matrix_limit: 2_304_000 } }, [[file('video', wide(2_304_001))]], [], ['media_dimensions 2304000 mediaItems[0]']],
    ['slower videos', { media: { video_frame_rate_limit: 60 } }, [[file('video', { frameRate: 120 })]], [], ['media_frame_rate 60 mediaItems[0]']],
    ['longer alt texts', { media: { description_limit: 2000 } }, [[file('image')], alt(1501)], ['option_invalid 1500 platformSpecificData.altText[0]'], []],
    ['shorter alt texts', { media: { description_limit: 100 } }, [[file('image')], alt(101)], [], ['option_invalid 100 platformSpecificData.altText[0]']],
  ];
  it.each(cases)('%s', async (_name, limits, [media, options, text], stock, own) => {
    const account = await connectAt({ limits });
    expect(problems(account, media, options, text)).toEqual(own);
    // Where the server said nothing, and where no account is known.
    for (const silent of [null, { ...account, metadata: { accountId: '1' } }]) expect(problems(silent, media, options, text)).toEqual(stock);
  });
  it('for the further posts of a thread too', async () => {
    const media = { description_limit: 10, image_size_limit: 10, supported_mime_types: ['image/png'] };
    const account = await connectAt({ limits: { statuses: { max_media_attachments: 1, characters_reserved_per_url: 100 }, media } });
    const item = (type: string) => ({ type, url: 'https://media.example/1' });
    const further = { content: `${'x'.repeat(450)} ${link}`, mediaItems: [item('image'), item('image')], altText: ['x'.repeat(11)] };
    const options = { threadItems: [further] };
    const path = 'platformSpecificData.threadItems[0]';
    expect(problems(null, [], options)).toEqual([]);
    expect(problems(account, [], options)).toEqual([`option_invalid 10 ${path}.altText[0]`, `text_too_long 500 ${path}.content`, `too_many_media 1 ${path}.mediaItems`]);
    const named = publish.attachments?.({ text: 'x', options }, [{ type: 'video', url: 'https://media.example/2', thumbnail: 'https://media.example/3' }]) ?? [];
    expect(named.map(({ path: where, limits, limitsOf }) => [where, limits.image?.maxBytes, limitsOf?.(account).image?.maxBytes, Object.keys(limitsOf?.(account) ?? {})])).toEqual([
      ['mediaItems[0].thumbnail', 16 * MIB, 10, ['image']],
      [`${path}.mediaItems[0]`, 16 * MIB, 10, ['image']],
      [`${path}.mediaItems[1]`, 16 * MIB, 10, ['image']],
    ]);
  });
  it('and what it takes then is published', async () => {
    const account = await connectAt({ limits: { statuses: { max_media_attachments: 5 }, media: { description_limit: 2000 } } });
    const options = { altText: ['x'.repeat(2000)] };
    expect(problems(account, five, options)).toEqual([]);
    const connected = await bed.connectWith({ instance: 'mastodon.example', accessToken: 'pasted_alice' });
    expect(await bed.publish(connected, { text: 'Five', media: five, options })).toMatchObject({ kind: 'published' });
  });
});

describe('the limits of a server', () => {
  it('that names every type of media by one name are those of a stock server (Pleroma)', async () => {
    const limits = { statuses: { max_media_attachments: 1000 }, media: { supported_mime_types: ['application/octet-stream'] } };
    const account = await connectAt({ version: '2.7.2 (compatible; Pleroma 2.10.0)', limits });
    expect([problems(account, [file('video')]), problems(account, [file('image', { mimeType: 'image/tiff' })])]).toEqual([[], [expect.stringMatching(/^media_type image\/jpeg, /)]]);
  });
  it('that are of another shape than documented keep nobody from connecting', async () => {
    await connectAt();
    const original = bed.context();
    const http: typeof original.http = {
      send: async (request) => {
        const outcome = await original.http.send(request);
        if (outcome.kind !== 'response' || !request.url.endsWith('/api/v2/instance')) return outcome;
        const told = JSON.parse(Buffer.from(outcome.body).toString()) as object;
        const configuration = { statuses: { max_characters: '5000', max_media_attachments: 8 }, media_attachments: { supported_mime_types: null, image_size_limit: -1, video_size_limit: 7 } };
        return { ...outcome, body: Buffer.from(JSON.stringify({ ...told, configuration })) };
      },
    };
    const connected = await mastodon.credentials.connect({ ...original, http }, { instance: 'mastodon.example', accessToken: 'pasted_alice' });
    expect(connected).toMatchObject({ ok: true, value: { profile: { metadata: { maxCharacters: 500, limits: { maxMedia: 8, videoBytes: 7 } } } } });
  });
});
