import type { AccountFacts } from '@plaza/contracts';
import { checkContent } from '../kit/index.ts';
import { twitch } from './index.ts';

const { manifest } = twitch;
const PLANNED = { contentType: 'schedule', startTime: '2026-12-01T19:00:00Z', timezone: 'Europe/Berlin', durationMinutes: 60 };
const AFFILIATE: AccountFacts = { login: null, scopes: [...(manifest.auth.oauth?.scopes.publish ?? [])], metadata: { broadcasterType: 'affiliate' } };

const problems = (text: string, options: object, account: AccountFacts | null = null): string[] =>
  checkContent(manifest, { text, options: manifest.options.parse(options) }, [], account).map(({ rule, path }) => `${rule} ${path}`);

describe('what Twitch would refuse is refused before it is scheduled', () => {
  it.each([
    ['/me waves', {}, ['option_invalid content']],
    ['.ban all', { contentType: 'chat' }, ['option_invalid content']],
    ['.NET night', { contentType: 'title' }, []],
    ['x'.repeat(140), { contentType: 'title' }, []],
    ['x'.repeat(141), { contentType: 'title' }, ['text_too_long content']],
    ['x'.repeat(141), PLANNED, ['text_too_long content']],
    ['x'.repeat(501), {}, ['text_too_long content']],
    ['Hello', PLANNED, []],
    ['Hello', { contentType: 'schedule' }, ['startTime', 'timezone', 'durationMinutes'].map((name) => `option_invalid platformSpecificData.${name}`)],
  ])('%.10s %j', (text, options, expected) => expect(problems(text, options)).toEqual(expected));

  const options = {
    announcement: { color: 'blue' },
    chat: { replyTo: 'abc-123' },
    title: { gameId: '509670', tags: ['DevsInTheKnow'], language: 'en', contentLabels: ['Gambling'], isBrandedContent: true },
    schedule: { startTime: PLANNED.startTime, timezone: PLANNED.timezone, durationMinutes: 60, isRecurring: true, categoryId: '509670' },
  } as const;
  const pairs = Object.entries(options).flatMap(([owner, own]) => Object.entries(own).flatMap(([name, value]) => Object.keys(options).map((contentType) => ({ owner, name, value, contentType }))));
  it.each(pairs)('$name of a post of kind $contentType', ({ owner, name, value, contentType }) => {
    const given = { ...(contentType === 'schedule' ? PLANNED : {}), contentType, [name]: value };
    expect(problems('Hello', given)).toEqual(owner === contentType ? [] : [`option_invalid platformSpecificData.${name}`]);
  });

  it.each([
    ['no number', { gameId: 'Science' }],
    ['eleven tags', { tags: Array.from({ length: 11 }, (_, index) => `tag${index}`) }],
    ['a tag of 26 characters', { tags: ['x'.repeat(26)] }],
    ['a tag with a space', { tags: ['two words'] }],
    ['a tag with a sign', { tags: ['c++'] }],
    ['an empty tag', { tags: [''] }],
    ['a language by its name', { language: 'English' }],
    ['a label that comes with the game', { contentLabels: ['MatureGame'] }],
    ['less than half an hour', { ...PLANNED, durationMinutes: 29 }],
    ['more than 23 hours', { ...PLANNED, durationMinutes: 1381 }],
    ['a time without its offset', { ...PLANNED, startTime: '2026-12-01T19:00:00' }],
    ['a time zone that is none', { ...PLANNED, timezone: 'Europe/Nowhere' }],
    ['a field of another name', { title: 'x' }],
  ])('%s', (_name, given) => expect(manifest.options.safeParse(given).success).toBe(false));
  const taken = [{ tags: ['日本語', 'Español', '2026'] }, { tags: [] }, { gameId: '0' }, { language: 'other' }, { ...PLANNED, durationMinutes: 30 }, { ...PLANNED, durationMinutes: 1380 }];
  it.each(taken)('but not %j', (given) =>
    expect(manifest.options.safeParse(given).success).toBe(true),
  );

  it('a single broadcast of a channel that is neither partner nor affiliate', () => {
    const plain = { ...AFFILIATE, metadata: { broadcasterType: '' } };
    expect(problems('Hello', PLANNED, plain)).toEqual(['option_invalid platformSpecificData.isRecurring']);
    expect([problems('Hello', { ...PLANNED, isRecurring: true }, plain), problems('Hello', PLANNED, AFFILIATE), problems('Hello', {}, plain)]).toEqual([[], [], []]);
  });
  it('a broadcast of a channel that was connected without the schedule', () => {
    const older = { ...AFFILIATE, scopes: AFFILIATE.scopes.filter((scope) => scope !== 'channel:manage:schedule') };
    expect(problems('Hello', PLANNED, older)).toEqual(['scope_missing platformSpecificData.contentType']);
    expect([problems('Hello', { contentType: 'title' }, older), problems('Hello', PLANNED, AFFILIATE)]).toEqual([[], []]);
  });
});
