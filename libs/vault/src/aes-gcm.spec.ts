import { readFileSync } from 'node:fs';
import { decrypt, encrypt, VaultError } from './format.ts';

interface Case {
  readonly tcId: number;
  readonly comment: string;
  readonly key: string;
  readonly iv: string;
  readonly aad: string;
  readonly msg: string;
  readonly ct: string;
  readonly tag: string;
  readonly result: 'valid' | 'invalid' | 'acceptable';
}

const file = JSON.parse(readFileSync(new URL('./wycheproof/aes-256-gcm.json', import.meta.url), 'utf8')) as {
  numberOfTests: number;
  testGroups: { tests: Case[] }[];
};
const cases = file.testGroups.flatMap(({ tests }) => tests);
const hex = (text: string) => Buffer.from(text, 'hex');
const name = ({ tcId, comment, result }: Case) => `${tcId} ${comment} (${result})`;

describe('AES-256-GCM, by the cases of Project Wycheproof', () => {
  test('has all of them', () => {
    expect(cases).toHaveLength(file.numberOfTests);
    expect(cases.filter(({ result }) => result === 'invalid').length).toBeGreaterThan(20);
  });

  test.each(cases.filter(({ result }) => result === 'valid').map((one) => [name(one), one] as const))('seals and opens case %s', (_name, one) => {
    expect(encrypt(hex(one.key), hex(one.iv), hex(one.aad), hex(one.msg)).toString('hex')).toBe(one.ct + one.tag);
    expect(decrypt(hex(one.key), hex(one.iv), hex(one.aad), hex(one.ct + one.tag)).toString('hex')).toBe(one.msg);
  });

  test.each(cases.filter(({ result }) => result === 'invalid').map((one) => [name(one), one] as const))('refuses case %s', (_name, one) => {
    expect(() => decrypt(hex(one.key), hex(one.iv), hex(one.aad), hex(one.ct + one.tag))).toThrow(VaultError);
  });
});
