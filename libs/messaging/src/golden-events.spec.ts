import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { eventContract, events } from '@plaza/contracts';

/** Examples as they were published, by type and version. Entries are only ever added: events like these lie in outboxes and topics. */
const golden = JSON.parse(readFileSync(new URL('./golden/events.json', import.meta.url), 'utf8')) as Record<string, Record<string, unknown>[]>;

/** Of every entry of the file, so that none can be changed along with its contract. A new entry adds its line; no line is ever changed. */
const SEALS: Readonly<Record<string, string>> = {
  'app.created@1#0': '923d2e972a88ef98',
  'app.deleted@1#0': 'a6a7d78371875951',
  'app.secret_rotated@1#0': 'a6a7d78371875951',
  'integration.changed@1#0': 'd12ad07c5060978b',
  'integration.connected@1#0': '158599a6b61ee4ec',
  'integration.connected@1#1': '6a2ca452493d5567',
  'integration.disconnected@1#0': '30e2c78ea4dbb163',
  'integration.moved@1#0': '1f0d6d929ac9ea0c',
  'integration.reconnect_required@1#0': '5520a624052f4026',
  'integration.refreshed@1#0': '08d349a9706a2033',
  'key.revoked@1#0': '25d3e960d0ae66cd',
  'post.canceled@1#0': '6b1041be0c90e2eb',
  'post.failed@1#0': 'ffdd7f483aec8dc7',
  'post.partial@1#0': '98ab9c1bba6abe93',
  'post.published@1#0': '7870120261a90cbe',
  'post.scheduled@1#0': 'eb2f3300fd12515a',
  'publication.due@1#0': 'c1907cbdc118623a',
  'publication.finished@1#0': '142b3d14cd7a9b88',
};

function contractOf(name: string) {
  const [type = '', version = ''] = name.split('@');
  return eventContract(type, Number(version));
}

describe('golden events', () => {
  test.each(events.map((contract) => [`${contract.type}@${contract.version}`, contract] as const))('%s has its example in the file', (name, contract) => {
    expect(golden[name]).toContainEqual(contract.example);
  });

  test.each(Object.entries(golden))('%s is read as it was published, nothing refused and nothing dropped', (name, examples) => {
    for (const example of examples) expect(contractOf(name)?.data.parse(example)).toEqual(example);
  });

  test('is never changed, only added to', () => {
    const seals = Object.fromEntries(
      Object.entries(golden).flatMap(([name, examples]) =>
        examples.map((example, index) => [`${name}#${index}`, createHash('sha256').update(JSON.stringify(example)).digest('hex').slice(0, 16)]),
      ),
    );
    expect(seals).toEqual(SEALS);
  });
});
