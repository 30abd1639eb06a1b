import { checkContent, type Content, type Refused, type Rejected } from '../kit/index.ts';
import { mediaFile, Testbed, type Connected, type Example } from '../kit/testbed.spec-support.ts';
import { tiktok } from './index.ts';
import { tiktokSimulator } from './simulator.ts';

const { manifest, publish } = tiktok;
const DAY_MS = 24 * 3_600_000;

let bed: Testbed;
let jane: Connected;
beforeEach(async () => {
  bed = await Testbed.open(tiktok, tiktokSimulator);
  jane = await bed.connectByOAuth('jane');
});
afterEach(() => bed.close());

const photo = (more = {}) => mediaFile({ type: 'image', ...more });
const video = (more = {}) => mediaFile({ type: 'video', ...more });
const publishAs = async (connected: Connected, example: Example) => {
  const ended = await bed.publish(connected, example);
  if (ended.kind !== 'published') throw new Error(JSON.stringify(ended));
  return ended.parts[0];
};
const refusalAs = async (connected: Connected, example: Example): Promise<Refused | Rejected> => {
  const ended = await bed.publish(connected, example);
  if (ended.kind !== 'refused' && ended.kind !== 'rejected') throw new Error(JSON.stringify(ended));
  return ended;
};
/** The body of the last call whose path ends so. */
const bodyOf = (end: string): unknown => JSON.parse(String(bed.exchanges.findLast(({ request }) => request.url.endsWith(end))?.request.body));
const asked = (end: string): number => bed.exchanges.filter(({ request }) => request.url.endsWith(end)).length;

describe('a video', () => {
  it('goes with what PostPeer’s options say, and its address is told', async () => {
    const options = {
      ...{ privacyLevel: 'MUTUAL_FOLLOW_FRIENDS', disableComment: true, disableDuet: true, disableStitch: true, isAigc: true },
      ...{ brandContentToggle: true, brandOrganicToggle: true, videoCoverTimestampMs: 1500 },
    };
    const friends = await publishAs(jane, { text: 'Caption #tag', media: [video()], options });
    expect(bodyOf('/video/init/')).toEqual({
      post_info: {
        ...{ title: 'Caption #tag', privacy_level: 'MUTUAL_FOLLOW_FRIENDS', disable_comment: true, disable_duet: true, disable_stitch: true, is_aigc: true },
        ...{ brand_content_toggle: true, brand_organic_toggle: true, video_cover_timestamp_ms: 1500 },
      },
      source_info: { source: 'FILE_UPLOAD', video_size: 1000, chunk_size: 1000, total_chunk_count: 1 },
    });
    expect(friends).toEqual({ kind: 'published', platformPostId: expect.stringMatching(/^v_pub_file~/), platformPostUrl: expect.stringMatching(/\/@jane$/) });
  });

  it('without options is for everybody, and its id has all of its 64 bits', async () => {
    const post = await publishAs(jane, { text: 'Caption', media: [video()] });
    expect(bodyOf('/video/init/')).toMatchObject({ post_info: { privacy_level: 'PUBLIC_TO_EVERYONE', disable_comment: false, disable_duet: false, disable_stitch: false, is_aigc: false, brand_content_toggle: false, brand_organic_toggle: false } });
    const [entry] = await bed.ledger();
    expect(Number.isSafeInteger(Number(entry?.postId))).toBe(false);
    expect(post?.platformPostId).toBe(entry?.postId);
    expect(post?.platformPostUrl).toMatch(new RegExp(`/@jane/video/${entry?.postId}$`));
    expect(await (await fetch(post?.platformPostUrl ?? '')).text()).toContain('Caption');
  });

  it('needs no caption', async () => {
    await publishAs(jane, { text: '', media: [video()] });
    expect(bodyOf('/video/init/')).toMatchObject({ post_info: expect.not.objectContaining({ title: expect.anything() }) });
  });
});

describe('photos', () => {
  it('are named by their addresses, with title, description, cover and music', async () => {
    const media = [photo(), photo({ mimeType: 'image/jpeg' })];
    const post = await publishAs(jane, { text: 'Title', media, options: { description: 'Below', photoCoverIndex: 1, autoAddMusic: false, disableComment: true } });
    expect(bodyOf('/content/init/')).toEqual({
      media_type: 'PHOTO',
      post_mode: 'DIRECT_POST',
      post_info: {
        ...{ title: 'Title', description: 'Below', privacy_level: 'PUBLIC_TO_EVERYONE', disable_comment: true },
        ...{ brand_content_toggle: false, brand_organic_toggle: false, auto_add_music: false },
      },
      source_info: { source: 'PULL_FROM_URL', photo_cover_index: 1, photo_images: media.map(({ url }) => url) },
    });
    expect(post?.platformPostUrl).toMatch(/\/@jane\/photo\/\d+$/);
  });

  it.each([
    ['short', {}, { title: 'short', description: 'short' }],
    ['x'.repeat(91), {}, { description: 'x'.repeat(91) }],
    ['x'.repeat(90), { description: 'y' }, { title: 'x'.repeat(90), description: 'y' }],
    ['short', { description: '' }, { title: 'short' }],
    ['', {}, {}],
  ])('with the content %s and %j have the words that fit', async (text, options, words) => {
    await publishAs(jane, { text, media: [photo()], options });
    const { post_info: info } = bodyOf('/content/init/') as { post_info: { title?: string; description?: string } };
    expect({ ...(info.title === undefined ? {} : { title: info.title }), ...(info.description === undefined ? {} : { description: info.description }) }).toEqual(words);
  });

  it('that are not there, or are none, fail with TikTok’s reason', async () => {
    expect(await refusalAs(jane, { text: 'Gone', media: [{ ...photo(), url: 'https://media.example/gone.jpg' }] })).toMatchObject({ category: 'transient', code: 'photo_pull_failed' });
    expect(await refusalAs(jane, { text: 'None', media: [photo({ mimeType: 'application/pdf' })] })).toMatchObject({ category: 'media_rejected', code: 'file_format_check_failed' });
    expect(await bed.ledger()).toEqual([]);
  });

  it('of a domain that is not verified are the app’s matter', async () => {
    expect(await refusalAs(jane, { text: 'Where', media: [{ ...photo(), url: 'https://unverified.example/a.jpg' }] })).toMatchObject({ category: 'app_restricted', code: 'url_ownership_unverified' });
  });

  it('are refused before any call where their address is not of https', async () => {
    const given = bed.publication(jane, { text: 'P', media: [{ ...photo(), url: 'http://media.example/a.jpg' }] });
    const before = bed.exchanges.length;
    const prepared = await publish.prepare?.({ ...bed.context(), isSandbox: false }, given, async () => undefined);
    expect(prepared).toMatchObject({ kind: 'refused', category: 'media_rejected', message: expect.stringContaining('https') });
    expect(bed.exchanges).toHaveLength(before);
  });
});

describe('drafts', () => {
  it('of a video are bytes alone, and lie in the inbox', async () => {
    const draft = await publishAs(jane, { text: '', media: [video()], options: { draft: true } });
    expect(bodyOf('/inbox/video/init/')).toEqual({ source_info: { source: 'FILE_UPLOAD', video_size: 1000, chunk_size: 1000, total_chunk_count: 1 } });
    expect(asked('/creator_info/query/')).toBe(0);
    expect(draft).toEqual({ kind: 'published', platformPostId: expect.stringMatching(/^v_inbox_file~/), platformPostUrl: null });
  });

  it('of photos keep their words', async () => {
    const draft = await publishAs(jane, { text: 'Title', media: [photo()], options: { draft: true, description: 'Below' } });
    expect(bodyOf('/content/init/')).toMatchObject({ post_mode: 'MEDIA_UPLOAD', post_info: { title: 'Title', description: 'Below' } });
    expect(Object.keys((bodyOf('/content/init/') as { post_info: object }).post_info)).toEqual(['title', 'description']);
    expect(draft).not.toHaveProperty('warning');
  });

  it('say what of them is lost', async () => {
    expect(await publishAs(jane, { text: 'Caption', media: [video()], options: { draft: true } })).toMatchObject({ warning: expect.stringContaining('neither caption') });
    expect(await publishAs(jane, { text: 'T', media: [photo()], options: { draft: true, disableComment: true } })).toMatchObject({ warning: expect.stringContaining('no settings') });
  });

  it('are five at a time', async () => {
    for (let count = 0; count < 5; count += 1) await publishAs(jane, { text: '', media: [video()], options: { draft: true } });
    await bed.pass(60_000);
    expect(await refusalAs(jane, { text: '', media: [video()], options: { draft: true } })).toMatchObject({ category: 'quota_exhausted', code: 'spam_risk_too_many_pending_share' });
  });
});

describe('the creator', () => {
  it('is asked before each direct post, and what is switched off there stays off', async () => {
    const quiet = await bed.connectByOAuth('quiet_jane');
    await publishAs(quiet, { text: 'V', media: [video()], options: { disableComment: false } });
    expect(asked('/creator_info/query/')).toBe(1);
    expect(bodyOf('/video/init/')).toMatchObject({ post_info: { disable_comment: true, disable_duet: true, disable_stitch: true } });
    await publishAs(quiet, { text: 'P', media: [photo()] });
    expect(asked('/creator_info/query/')).toBe(2);
    expect(bodyOf('/content/init/')).toMatchObject({ post_info: { disable_comment: true, auto_add_music: true } });
  });

  it.each([
    ['private_jane', { text: 'V', media: [video()] }, { category: 'content_rejected', code: 'privacy_level_option_mismatch', message: expect.stringContaining('FOLLOWER_OF_CREATOR') }],
    ['jane', { text: 'V', media: [video()], options: { privacyLevel: 'FOLLOWER_OF_CREATOR' } }, { category: 'content_rejected', code: 'privacy_level_option_mismatch' }],
    ['brief_jane', { text: 'V', media: [video({ durationMs: 60_001 })] }, { category: 'media_rejected', code: 'duration_check_failed', message: expect.stringContaining('60 seconds') }],
    ['banned_jane', { text: 'V', media: [video()] }, { category: 'account_restricted', code: 'spam_risk_user_banned_from_posting', httpStatus: 200 }],
    ['drafts_jane', { text: 'V', media: [video()] }, { category: 'scope_missing', code: 'scope_not_authorized' }],
  ])('%s may not, and nothing is begun', async (name, example, refusal) => {
    const connected = await bed.connectByOAuth(name);
    expect(await refusalAs(connected, example)).toMatchObject(refusal);
    expect(asked('/init/')).toBe(0);
  });

  it('may post as long as it is told', async () => {
    const brief = await bed.connectByOAuth('brief_jane');
    expect(await publishAs(brief, { text: 'V', media: [video({ durationMs: 60_000 })] })).toMatchObject({ kind: 'published' });
    expect(await publishAs(brief, { text: 'P', media: [photo({ durationMs: 99_000 })] })).toMatchObject({ kind: 'published' });
    const hidden = await bed.connectByOAuth('nameless_jane');
    expect((await publishAs(hidden, { text: 'V', media: [video()] }))?.platformPostUrl).toMatch(/\/@nameless_jane\/video\/\d+$/);
  });

  it('posts fifteen times a day, through all apps', async () => {
    for (let count = 0; count < 15; count += 1) {
      await publishAs(jane, { text: `P ${count}`, media: [photo()] });
      await bed.pass(10_000);
    }
    expect(await refusalAs(jane, { text: 'One more', media: [photo()] })).toMatchObject({ category: 'quota_exhausted', code: 'spam_risk_too_many_posts', httpStatus: 200 });
    await bed.pass(DAY_MS - 60_000);
    const renewed = await bed.connectByOAuth('jane');
    expect(await publishAs(renewed, { text: 'One more', media: [photo()] })).toMatchObject({ kind: 'published' });
  });

  it('posts six times a minute with a token', async () => {
    const ready = await Promise.all(Array.from({ length: 7 }, (_, index) => bed.prepare(bed.publication(jane, { text: `P ${index}`, media: [photo()] }))));
    const outcomes = [];
    for (const given of ready) {
      if ('kind' in given) throw new Error(given.message);
      outcomes.push(await publish.submit(bed.context(), given));
    }
    expect(outcomes.map(({ kind }) => kind)).toEqual([...Array<string>(6).fill('submitted'), 'refused']);
    expect(outcomes.at(-1)).toMatchObject({ category: 'rate_limited', code: 'rate_limit_exceeded', httpStatus: 429 });
  });
});

describe('an app without audit', () => {
  const client = { clientId: 'unaudited app', clientSecret: { reveal: () => 's3cret&' } };
  const connect = async (name: string): Promise<Connected> => {
    const grant = await bed.exchange((await bed.consent(name, { client })).get('code') ?? '', client);
    if (!grant.ok) throw new Error('not connected');
    const { accessToken, extra = {} } = grant.value;
    const credential = { accessToken: { reveal: () => accessToken }, extra };
    const accounts = await tiktok.oauth.accounts(bed.context(), { client, credential });
    if (!accounts.ok || accounts.value[0] === undefined) throw new Error('no account');
    return { method: 'oauth', grant: grant.value, credential, account: accounts.value[0].profile };
  };
  const options = { privacyLevel: 'SELF_ONLY' };

  it('posts for private accounts, and for nobody’s eyes', async () => {
    expect(await refusalAs(await connect('jane'), { text: 'V', media: [video()] })).toMatchObject({ category: 'app_restricted', code: 'unaudited_client_can_only_post_to_private_accounts' });
    const hidden = await connect('private_jane');
    expect(await refusalAs(hidden, { text: 'V', media: [video()], options: { privacyLevel: 'MUTUAL_FOLLOW_FRIENDS' } })).toMatchObject({ category: 'app_restricted' });
    expect(await publishAs(hidden, { text: 'V', media: [video()], options })).toMatchObject({ kind: 'published' });
  });

  it('has five users a day', async () => {
    for (let count = 0; count < 5; count += 1) await publishAs(await connect(`private_${count}`), { text: 'V', media: [video()], options });
    expect(await refusalAs(await connect('private_6'), { text: 'V', media: [video()], options })).toMatchObject({ category: 'quota_exhausted', code: 'reached_active_user_cap', limitOf: 'app' });
    expect(await publishAs(await connect('private_1'), { text: 'Again', media: [video()], options })).toMatchObject({ kind: 'published' });
  });
});

describe('before anything is scheduled', () => {
  const facts = (scopes: readonly string[]) => ({ login: null, scopes: [...scopes], metadata: {} });
  const problems = (text: string, options: object, media: Example['media'] = [], scopes?: readonly string[]): string[] => {
    const content: Content = { text, options: manifest.options.parse(options) };
    return checkContent(manifest, content, media, scopes === undefined ? null : facts(scopes)).map(({ rule, path }) => `${rule} ${path}`);
  };

  it.each<readonly [string, string[], string, object, Example['media']]>([
    ['a text alone', ['media_required mediaItems'], 'x', {}, []],
    ['options of any kind alone', ['media_required mediaItems'], 'x', { isAigc: true, photoCoverIndex: 0 }, []],
    ['a caption of 2200', [], 'x'.repeat(2200), {}, [video()]],
    ['a caption of 2201', ['text_too_long content'], 'x'.repeat(2201), {}, [video()]],
    ['a caption in UTF-16', ['text_too_long content'], '😀'.repeat(1101), {}, [video()]],
    ['a description of 4000', [], 'x'.repeat(4000), {}, [photo()]],
    ['a description of 4001', ['text_too_long content'], 'x'.repeat(4001), {}, [photo()]],
    ['a title of 90', [], 'x'.repeat(90), { description: 'y' }, [photo()]],
    ['a title of 91', ['text_too_long content'], 'x'.repeat(91), { description: 'y' }, [photo()]],
    ['35 photos', [], '', {}, Array.from({ length: 35 }, () => photo())],
    ['36 photos', ['too_many_media mediaItems', 'too_many_media mediaItems'], '', {}, Array.from({ length: 36 }, () => photo())],
    ['photos beside a video', ['media_mix mediaItems'], '', {}, [video(), photo()]],
    ['two videos', ['too_many_media mediaItems'], '', {}, [video(), video()]],
    ['a PNG', ['media_type mediaItems[0]'], '', {}, [photo({ mimeType: 'image/png' })]],
    ['a WebP', [], '', {}, [photo({ mimeType: 'image/webp' })]],
    ['a photo of more than 1080p', ['media_dimensions mediaItems[0]'], '', {}, [photo({ width: 2000, height: 1081 })]],
    ['a wide photo of 1080p', [], '', {}, [photo({ width: 1920, height: 1080 })]],
    ['an empty file', ['media_type mediaItems[0]'], '', {}, [video({ sizeBytes: 0 })]],
    ['4 GB', [], '', {}, [{ ...video(), sizeBytes: 4_000_000_000 }]],
    ['more than 4 GB', ['media_too_large mediaItems[0]'], '', {}, [{ ...video(), sizeBytes: 4_000_000_001 }]],
    ['ten minutes', [], '', {}, [video({ durationMs: 600_000 })]],
    ['more than ten minutes', ['media_duration mediaItems[0]'], '', {}, [video({ durationMs: 600_001 })]],
    ['a small video', ['media_dimensions mediaItems[0]'], '', {}, [video({ width: 359 })]],
    ['22 frames a second', ['media_frame_rate mediaItems[0]'], '', {}, [video({ frameRate: 22 })]],
    ['AV1', ['media_codec mediaItems[0]'], '', {}, [video({ videoCodec: 'av1' })]],
    ['branded content for nobody', ['option_invalid platformSpecificData.brandContentToggle'], '', { brandContentToggle: true, privacyLevel: 'SELF_ONLY' }, [video()]],
    ['branded content for friends', [], '', { brandContentToggle: true, privacyLevel: 'MUTUAL_FOLLOW_FRIENDS' }, [video()]],
    ['options of photos for a video', ['option_invalid platformSpecificData.autoAddMusic', 'option_invalid platformSpecificData.photoCoverIndex', 'option_invalid platformSpecificData.description'], '', { autoAddMusic: true, photoCoverIndex: 0, description: 'x' }, [video()]],
    ['options of videos for photos', ['option_invalid platformSpecificData.disableDuet', 'option_invalid platformSpecificData.isAigc', 'option_invalid platformSpecificData.videoCoverTimestampMs'], '', { disableDuet: true, isAigc: true, videoCoverTimestampMs: 0 }, [photo()]],
    ['what is switched off', [], '', { disableDuet: false, disableStitch: false, isAigc: false }, [photo()]],
    ['a cover behind the end', ['option_invalid platformSpecificData.videoCoverTimestampMs'], '', { videoCoverTimestampMs: 10_001 }, [video()]],
    ['a cover at the end', [], '', { videoCoverTimestampMs: 10_000 }, [video()]],
    ['a cover that is no photo', ['option_invalid platformSpecificData.photoCoverIndex'], '', { photoCoverIndex: 2 }, [photo(), photo()]],
  ])('%s: %j', (_name, expected, text, options, media) => expect(problems(text, options, media)).toEqual(expected));

  it('says what the account was connected without', () => {
    const all = ['user.info.basic', 'video.publish', 'video.upload'];
    const [post, draft] = [{}, { draft: true }];
    expect([problems('', post, [video()], all), problems('', draft, [video()], all)]).toEqual([[], []]);
    expect(problems('', post, [video()], ['video.upload'])).toEqual(['scope_missing platformSpecificData']);
    expect(problems('', draft, [video()], ['video.upload'])).toEqual([]);
    expect(problems('', draft, [video()], ['video.publish'])).toEqual(['scope_missing platformSpecificData.draft']);
    expect(problems('', post, [video()], [])).toEqual([]);
  });

  it('refuses options that nobody knows', () => {
    for (const options of [{ strange: 1 }, { privacyLevel: 'EVERYONE' }, { photoCoverIndex: 35 }, { videoCoverTimestampMs: -1 }, { description: 'x'.repeat(4001) }]) expect(manifest.options.safeParse(options).success).toBe(false);
  });
});

it('counts posts and drafts of a day apart, and both as begun', () => {
  const spent = (options: Readonly<Record<string, unknown>>) => manifest.budgets?.map(({ unit, max, cost }) => [unit, max, cost(0, { text: '', options })]);
  expect(spent({})).toEqual([['posts', 15, 1], ['drafts', 5, 0], ['posts begun', 6, 1]]);
  expect(spent({ draft: true })).toEqual([['posts', 15, 0], ['drafts', 5, 1], ['posts begun', 6, 1]]);
});
