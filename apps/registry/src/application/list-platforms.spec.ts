import { connectors } from '@plaza/connectors';
import { platformInfoSchema } from '@plaza/contracts';
import { ListPlatforms } from './list-platforms.ts';

const platforms = new ListPlatforms('https://plaza.example', { find: () => undefined }).execute('test');

describe('the list of platforms', () => {
  it.each(platforms.map((info) => [info.name, info] as const))('keeps to its contract, and says of %s either that it has a feature or why not', (_name, info) => {
    expect(platformInfoSchema.parse(info)).toEqual(info);
    for (const { supported, reason } of Object.values(info.features)) expect(supported).toBe(reason === undefined);
  });
  it('tells what a feature that is there does not reach', () => {
    for (const { platform, manifest } of connectors) {
      const told = Object.entries(platforms.find(({ name }) => name === platform)?.features ?? {}).flatMap(([name, { note }]) => (note === undefined ? [] : [[name, note]]));
      expect(Object.fromEntries(told)).toEqual(manifest.notes ?? {});
    }
  });
  it('says of Twitch what it publishes, and what can be deleted and looked up of it', () => {
    const { features } = platforms.find(({ name }) => name === 'twitch') ?? { features: {} };
    expect(features).toMatchObject({
      text: { supported: true, note: expect.stringContaining('Clips and stream markers are not offered') },
      short_video: { supported: false, reason: expect.stringContaining('need a stream that is running') },
      lookup: { supported: true, note: expect.stringContaining('a person is asked') },
      delete: { supported: true, note: expect.stringContaining('broadcasts of the schedule only') },
    });
  });
});
