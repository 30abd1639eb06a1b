import { hashKey, isKeyValid, newKeyText, readKeyText, type ApiKey } from './api-key.ts';

describe('the text of a key', () => {
  it('tells its mode and its public id, and no two are the same', () => {
    const keys = Array.from({ length: 1_000 }, () => newKeyText('test'));
    expect(new Set(keys.map(({ text }) => text)).size).toBe(1_000);
    for (const { text, publicId } of keys) expect(readKeyText(text)).toEqual({ publicId, mode: 'test' });
    expect(readKeyText(newKeyText('live').text)?.mode).toBe('live');
  });

  it('has more than 190 random bits beside its public id', () => {
    const secret = newKeyText('test').text.slice('pz_test_'.length + 12, -6);
    expect(secret.length * Math.log2(62)).toBeGreaterThan(190);
  });

  it('with any one character changed, or two swapped, is refused without a look-up', () => {
    const { text } = newKeyText('live');
    const start = 'pz_live_'.length;
    for (let at = start; at < text.length; at += 1) {
      const other = text[at] === 'A' ? 'B' : 'A';
      expect(readKeyText(text.slice(0, at) + other + text.slice(at + 1))).toBeUndefined();
    }
    for (let at = start; at + 1 < text.length; at += 1) {
      const swapped = text.slice(0, at) + (text[at + 1] ?? '') + (text[at] ?? '') + text.slice(at + 2);
      if (swapped !== text) expect(readKeyText(swapped)).toBeUndefined();
    }
  });

  it.each(['', 'pz_test_', 'pz_other_abc', `${newKeyText('test').text}x`, ` ${newKeyText('test').text}`])('%j is none', (text) => {
    expect(readKeyText(text)).toBeUndefined();
  });
});

describe('a key', () => {
  const { text, publicId, secretHash } = newKeyText('test');
  const at = new Date('2026-11-22T10:00:00Z');
  const key: ApiKey = { id: '1', projectId: '2', publicId, secretHash, name: '', mode: 'test', scopes: [], createdAt: at, expiresAt: null, lastUsedAt: null, revokedAt: null };

  it('is in force until it is revoked or expires, for its own text only', () => {
    expect(isKeyValid(key, text, at)).toBe(true);
    expect(isKeyValid(key, newKeyText('test').text, at)).toBe(false);
    expect(isKeyValid(undefined, text, at)).toBe(false);
    expect(isKeyValid({ ...key, revokedAt: at }, text, at)).toBe(false);
    expect(isKeyValid({ ...key, expiresAt: at }, text, at)).toBe(false);
    expect(isKeyValid({ ...key, expiresAt: new Date(at.getTime() + 1) }, text, at)).toBe(true);
  });

  it('is stored as a hash of the whole text', () => {
    expect(hashKey(text)).toEqual(secretHash);
    expect(secretHash.toString('latin1')).not.toContain(text);
  });
});
