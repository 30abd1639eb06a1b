import { IdentityTokens, type Identity } from './identity.ts';

const KEY = 'k'.repeat(32);
const identity: Identity = { kind: 'key', projectId: '0198c0de-0000-7000-8000-00000000000a', keyId: 'key-1', mode: 'live', scopes: ['publish'] };
let now = 1_000_000;
const signer = new IdentityTokens(KEY, () => now);
const verifier = () => new IdentityTokens(KEY, () => now);

beforeEach(() => {
  now = 1_000_000;
});

describe('a signed identity', () => {
  test('is believed by a service with the same key, as it was signed', () => {
    expect(verifier().verify(signer.sign(identity).token)).toEqual(identity);
  });

  test('is not believed when any character of it was changed', () => {
    const { token } = signer.sign(identity);
    for (let at = 0; at < token.length; at += 1) {
      // The last character of base64url carries spare bits, so it is changed by more than those.
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'z' : 'A') + token.slice(at + 1);
      expect(verifier().verify(changed)).toBeUndefined();
    }
  });

  test('is not believed under another key', () => {
    expect(new IdentityTokens(`${KEY}x`, () => now).verify(signer.sign(identity).token)).toBeUndefined();
  });

  test('is believed for a minute, also by a service that has seen it before', () => {
    const { token, expiresAt } = signer.sign(identity);
    const tokens = verifier();
    expect(tokens.verify(token)).toEqual(identity);
    now = expiresAt - 1;
    expect(tokens.verify(token)).toEqual(identity);
    now = expiresAt;
    expect(tokens.verify(token)).toBeUndefined();
    expect(verifier().verify(token)).toBeUndefined();
    expect(expiresAt).toBe(1_000_000 + 60_000);
  });

  test('cannot be made of parts of others', () => {
    const [payload] = signer.sign({ kind: 'service', service: 'publishing', projectId: null }).token.split('.');
    const [, mac] = signer.sign(identity).token.split('.');
    expect(verifier().verify(`${payload}.${mac}`)).toBeUndefined();
  });

  test.each([[undefined], [''], ['.'], ['..'], ['a.b'], ['null.'], ['e30.']])('is not %p', (token) => {
    expect(verifier().verify(token)).toBeUndefined();
  });

  test.each(['.', '.x'])('takes nothing behind it (%p)', (more) => {
    expect(verifier().verify(signer.sign(identity).token + more)).toBeUndefined();
  });
});
