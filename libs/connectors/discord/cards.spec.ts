import { checkContent } from '../kit/index.ts';
import { mediaFile, Testbed, type Connected } from '../kit/testbed.spec-support.ts';
import { discord } from './index.ts';
import { discordSimulator } from './simulator.ts';

let bed: Testbed;
let connected: Connected;
beforeEach(async () => {
  bed = await Testbed.open(discord, discordSimulator);
  connected = await bed.connectWith({ webhookUrl: 'https://discord.com/api/webhooks/42/a-token_of-16-characters-or-more' });
});
afterEach(() => bed.close());

const submit = async (text: string, options: object) => discord.publish.submit(bed.context(), bed.publication(connected, { text, options: { ...options } }));
const lastBody = (): unknown => JSON.parse(String(bed.visibleRequests().at(-1)?.body));
const violations = (text: string, options: object, media = 0) =>
  checkContent(discord.manifest, { text, options: discord.manifest.options.parse(options) }, Array.from({ length: media }, () => mediaFile({ type: 'image' }))).map(({ rule, path }) => `${rule} ${path}`);
const card = { title: 'A card', fields: [{ name: 'n', value: 'v', inline: true }] };

describe('embeds', () => {
  it('are sent in Discord’s words, also without a text', async () => {
    const embed = { ...card, color: 0xff0000, imageUrl: 'https://a.example/i.png', thumbnailUrl: 'https://a.example/t.png', author: { name: 'Ann', iconUrl: 'https://a.example/a.png' }, footer: { text: 'Below' } };
    expect(await submit('', { embeds: [embed] })).toMatchObject({ kind: 'published' });
    const sent = { ...card, color: 16_711_680, image: { url: 'https://a.example/i.png' }, thumbnail: { url: 'https://a.example/t.png' }, author: { name: 'Ann', icon_url: 'https://a.example/a.png' }, footer: { text: 'Below' } };
    expect(lastBody()).toEqual({ allowed_mentions: { parse: [] }, embeds: [sent] });
  });

  it('have 6,000 characters together, which Discord says too', async () => {
    const embeds = (rest: number) => [{ description: 'x'.repeat(4096) }, { footer: { text: 'y'.repeat(rest) } }];
    expect(violations('', { embeds: embeds(1904) })).toEqual([]);
    expect(await submit('', { embeds: embeds(1904) })).toMatchObject({ kind: 'published' });
    expect(violations('', { embeds: embeds(1905) })).toEqual(['option_invalid platformSpecificData.embeds']);
    expect(await submit('', { embeds: embeds(1905) })).toMatchObject({ kind: 'refused', category: 'content_rejected', code: '50035' });
  });

  it('that show nothing are refused before they are scheduled', () => {
    expect(violations('x', { embeds: [{ color: 1 }] })).toEqual(['option_invalid platformSpecificData.embeds']);
    expect(violations('', {})).toEqual(['text_required content']);
  });

  it.each([
    ['a title of 257 characters', { title: 'x'.repeat(257) }],
    ['26 fields', { fields: Array.from({ length: 26 }, () => ({ name: 'n', value: 'v' })) }],
    ['a colour beyond 24 bits', { color: 0x1000000 }],
    ['an address that is no link', { title: 'x', url: 'javascript:alert(1)' }],
    ['a field that nobody knows', { title: 'x', video: {} }],
  ])('with %s are refused', (_name, embed) => expect(discord.manifest.options.safeParse({ embeds: [embed] }).success).toBe(false));
});

describe('polls', () => {
  it('are sent as Discord takes them', async () => {
    expect(await submit('', { poll: { question: 'Which?', options: ['This', 'That'], durationHours: 768, multiple: true } })).toMatchObject({ kind: 'published' });
    const answers = [{ poll_media: { text: 'This' } }, { poll_media: { text: 'That' } }];
    expect(lastBody()).toMatchObject({ poll: { question: { text: 'Which?' }, answers, duration: 768, allow_multiselect: true } });
  });

  it('go with neither media nor embeds, and end within 32 days', () => {
    const poll = { question: 'Which?', options: ['This'] };
    expect(violations('', { poll })).toEqual([]);
    expect(violations('', { poll }, 1)).toEqual(['option_invalid platformSpecificData.poll']);
    expect(violations('', { poll, embeds: [card] })).toEqual(['option_invalid platformSpecificData.poll']);
    expect(discord.manifest.options.safeParse({ poll: { ...poll, durationHours: 769 } }).success).toBe(false);
  });
});

it('tags are for a thread that the post opens', async () => {
  expect(violations('x', { appliedTags: ['1'] })).toEqual(['option_invalid platformSpecificData.appliedTags']);
  expect(violations('x', { appliedTags: ['1'], threadName: 'News' })).toEqual([]);
  expect(await submit('x', { appliedTags: ['1'], threadName: 'News' })).toMatchObject({ kind: 'published' });
  expect(lastBody()).toMatchObject({ applied_tags: ['1'], thread_name: 'News' });
});

describe('reactions', () => {
  const likes = async (id: string) => {
    const reading = await bed.analytics(connected, [id]);
    return reading?.kind === 'metrics' ? reading.posts[id] : reading;
  };

  it.each([['in the channel', {}], ['in a thread', { threadId: '99' }]])('are the likes of a message %s', async (_name, options) => {
    const sent = await submit('x', options);
    const id = sent.kind === 'published' ? sent.platformPostId : '';
    expect(await likes(id)).toMatchObject({ likes: 0, comments: null, views: null });
    await bed.pass(60_000);
    expect(await likes(id)).toMatchObject({ likes: 5, comments: null, views: null });
  });
});
