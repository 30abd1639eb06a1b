import type { Publication } from '../kit/index.ts';
import { Testbed, type Connected } from '../kit/testbed.spec-support.ts';
import { twitch } from './index.ts';
import { twitchSimulator } from './simulator.ts';

let bed: Testbed;
let connected: Connected;
beforeEach(async () => {
  bed = await Testbed.open(twitch, twitchSimulator);
  connected = await bed.connectByOAuth();
});
afterEach(() => bed.close());

const title = (text: string, options: object = {}) => ({ text, options: { contentType: 'title', ...options } });
const set = async (text: string, options: object = {}): Promise<void> => {
  expect(await bed.publish(connected, title(text, options))).toMatchObject({ kind: 'published' });
};
/** A title whose answer is lost; `drop_before`: Twitch never saw it. */
const lost = async (kind: 'drop_before' | 'drop_after', text: string, options: object = {}): Promise<Publication> => {
  const ready = await bed.prepare(bed.publication(connected, title(text, options)));
  if ('kind' in ready) throw new Error(ready.message);
  await bed.fault('publish', { kind });
  expect(await twitch.publish.submit(bed.context(), ready)).toMatchObject({ kind: 'unknown' });
  return ready;
};
const ALL = { gameId: '509670', tags: ['Español', 'Coding'], language: 'de', contentLabels: ['Gambling'], isBrandedContent: true };

describe('the title of a stream', () => {
  it('goes out with all that stands beside it, under the names that Twitch knows', async () => {
    await set('Tonight', ALL);
    const labels = ['DebatedSocialIssuesAndPolitics', 'DrugsIntoxication', 'SexualThemes', 'ViolentGraphic', 'Gambling', 'ProfanityVulgarity'];
    expect(JSON.parse(String(bed.visibleRequests()[0]?.body))).toEqual({
      ...{ title: 'Tonight', game_id: '509670', broadcaster_language: 'de', tags: ['Español', 'Coding'], is_branded_content: true },
      content_classification_labels: labels.map((id) => ({ id, is_enabled: id === 'Gambling' })),
    });
  });
  it('leaves alone what is not named', async () => {
    await set('Tonight');
    expect(JSON.parse(String(bed.visibleRequests()[0]?.body))).toEqual({ title: 'Tonight' });
  });
  it('is refused with the words of Twitch when AutoMod does not like a tag', async () => {
    const refused = await bed.publish(connected, title('Tonight', { tags: ['noob'] }));
    expect(refused).toMatchObject({ kind: 'refused', category: 'content_rejected', message: expect.stringContaining('moderation check: [noob]') });
    expect(await bed.ledger()).toEqual([]);
  });
});

describe('a lost outcome of a title', () => {
  it('is not known from a success that is not the documented one', async () => {
    await bed.fault('publish', { kind: 'malformed' });
    expect(await bed.publish(connected, title('Tonight'))).toMatchObject({ kind: 'unknown', reason: expect.stringContaining('instead of 204') });
  });
  it('is found when the channel shows all of it, whatever the order and the case', async () => {
    const ready = await lost('drop_after', ' Tonight  at eight ', { ...ALL, tags: ['CODING', 'español', 'Coding'] });
    expect(await bed.lookup(ready)).toEqual({ kind: 'published', platformPostId: `title:${ready.publicationId}`, platformPostUrl: `${bed.url}/twitch/web/sandbox_user` });
  });
  it('is not found when the channel is as it was before', async () => {
    await set('Yesterday', { ...ALL, language: 'fr' });
    expect(await bed.lookup(await lost('drop_before', 'Tonight'))).toEqual({ kind: 'absent' });
  });
  const others = [{ gameId: '1' }, { gameId: '0' }, { tags: ['Other'] }, { tags: [] }, { language: 'en' }, { isBrandedContent: false }];
  const labels = [{ contentLabels: [] }, { contentLabels: ['Gambling', 'SexualThemes'] }];
  it.each([...others, ...labels])(
    'is not found in the title alone: %j is compared too',
    async (options) => {
      await set('Tonight', ALL);
      expect(await bed.lookup(await lost('drop_before', 'Tonight', options))).toEqual({ kind: 'absent' });
      expect(await bed.lookup(await lost('drop_after', 'Tonight', options))).toMatchObject({ kind: 'published' });
    },
  );
  it('stays open when somebody changed the channel since, so that sending again undoes nothing', async () => {
    const ready = await lost('drop_after', 'Tonight');
    await set('A guest is here');
    expect(await bed.lookup(ready)).toMatchObject({ kind: 'inconclusive' });
  });
  it('stays open when Twitch left out a part of it', async () => {
    expect(await bed.lookup(await lost('drop_after', 'Tonight', { language: 'xx' }))).toMatchObject({ kind: 'inconclusive' });
  });
  it('stays open when it is not known what was there before', async () => {
    expect(await bed.lookup({ ...(await lost('drop_before', 'Tonight')), checkpoint: {} })).toMatchObject({ kind: 'inconclusive' });
  });
  it('is held against what was there before the first attempt', async () => {
    await set('Yesterday');
    const first = await lost('drop_after', 'Tonight');
    await set('A guest is here');
    const again = await bed.prepare(first);
    expect(again).toMatchObject({ checkpoint: { channel: { title: 'Yesterday' } } });
  });
});
