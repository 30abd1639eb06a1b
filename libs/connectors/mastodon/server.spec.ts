import { mastodon } from './index.ts';
import { keepsIdempotencyKeys, serverUrl } from './server.ts';

describe('the name of a server', () => {
  it.each([
    ['mastodon.social', 'https://mastodon.social'],
    ['https://Mastodon.Social/', 'https://mastodon.social'],
    ['@alice@mastodon.social', 'https://mastodon.social'],
    ['alice@social.example.com', 'https://social.example.com'],
    ['social.example.com:8443', 'https://social.example.com:8443'],
    ['http://mastodon.social', undefined],
    ['mastodon.social/about', undefined],
    ['localhost', undefined],
    ['user:pass@mastodon.social', undefined],
    ['mastodon.social?x=y', undefined],
    ['', undefined],
  ])('%s', (name, url) => {
    expect(serverUrl(name)).toBe(url);
    expect(mastodon.oauth.instances?.hosts(name)).toEqual(url === undefined ? undefined : { instance: url });
    expect(mastodon.credentials.fields.safeParse({ instance: name, accessToken: 'x' }).success).toBe(url !== undefined);
  });
});

describe('the version of a server', () => {
  it.each([
    ['4.7.0', true],
    ['4.4.0-alpha.1+glitch', true],
    ['3.5.19', true],
    ['2.7.2 (compatible; Pleroma 2.6.0)', true],
    ['2.7.2 (compatible; Akkoma 3.13.2)', true],
    ['4.0.0 (not true; really snac/2.75)', false],
    ['2.8.0 (compatible; Friendica 2024.12)', false],
    ['0.18.1+git-1234567', false],
  ])('tells whether keys are kept: %s', (version, keeps) => {
    expect(keepsIdempotencyKeys(version)).toBe(keeps);
  });
});
