import { openAddress, ownAddress, sealAddress } from './address.ts';

describe('an address in a checkpoint', () => {
  const credential = (token: string) => ({ accessToken: { reveal: () => token }, extra: {} });
  const address = 'https://upload.platform.example/video/?signature=x';
  const sealed = sealAddress(credential('a'), 'one', address);

  it('is read with the token and for the upload that it was sealed with, and with no other', () => {
    expect(openAddress(credential('a'), 'one', sealed)).toBe(address);
    for (const [token, upload] of [['b', 'one'], ['a', 'two']] as const) expect(openAddress(credential(token), upload, sealed)).toBeUndefined();
  });

  it('is not read once it was changed, or when it is none', () => {
    const bytes = Buffer.from(sealed, 'base64url');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    for (const other of [bytes.toString('base64url'), 'short', '', address]) expect(openAddress(credential('a'), 'one', other)).toBeUndefined();
  });

  it('tells nothing of itself, not even that it is the same', () => {
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('signature');
    expect(sealAddress(credential('a'), 'one', address)).not.toBe(sealed);
  });
});

describe('an address that an answer named', () => {
  const OWN = /(?:^|\.)platform\.example$/;
  const live = { isSandbox: false, hosts: {}, publicHosts: {} };

  it.each(['https://platform.example/a?b=c', 'https://eu.platform.example/a'])('%s is the platform’s own', (url) => expect(ownAddress(live, 'upload', OWN, url)).toBe(url));
  it.each([
    'http://platform.example/a',
    'https://platform.example.evil.example/a',
    'https://evilplatform.example/a',
    'https://platform.example@evil.example/a',
    'https://user@platform.example/a',
    'https://:password@platform.example/a',
    'https://platform.example:8443/a',
    'https://127.0.0.1/a',
    'nonsense',
  ])('%s is not', (url) => expect(ownAddress(live, 'upload', OWN, url)).toBeUndefined());

  it('is the sandbox’s in the sandbox, by whatever name', () => {
    const sandbox = { isSandbox: true, hosts: { upload: 'http://sandbox:3000/platform/upload' }, publicHosts: { upload: 'https://plaza.example/sandbox/platform/upload' } };
    for (const base of [sandbox.hosts.upload, sandbox.publicHosts.upload]) expect(ownAddress(sandbox, 'upload', OWN, `${base}/a?b`)).toBe(`${sandbox.hosts.upload}/a?b`);
    for (const url of ['https://platform.example/a', 'https://plaza.example/sandbox/platform/uploads', `${sandbox.hosts.upload}.evil.example/a`]) expect(ownAddress(sandbox, 'upload', OWN, url)).toBeUndefined();
  });
});
