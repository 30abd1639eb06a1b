import { isRedirectAllowed, withOutcome } from './redirect.ts';

const OPEN = { allowList: [], isListRequired: false };

describe('a redirect target', () => {
  it.each(['https://example.com/done', 'https://example.com:8443/a?b=c', 'http://127.0.0.1:9999/done', 'http://localhost/', 'http://[::1]:80/x'])('%s is taken', (target) => {
    expect(isRedirectAllowed(target, OPEN)).toBe(true);
  });

  it.each([
    'http://example.com/done',
    'http://127.0.0.1.example.com/',
    'https://user@example.com/',
    'https://user:password@example.com/',
    'https://example.com/#fragment',
    'https://example.com/#',
    'javascript:alert(1)',
    'data:text/html,hello',
    'ftp://example.com/',
    '//example.com/',
    '/relative',
    'nonsense',
    '',
  ])('%s is refused', (target) => {
    expect(isRedirectAllowed(target, OPEN)).toBe(false);
  });

  it('must stand on the list exactly when the project has one', () => {
    const rules = { allowList: ['https://example.com/done'], isListRequired: false };
    expect(isRedirectAllowed('https://example.com/done', rules)).toBe(true);
    for (const near of ['https://example.com/done/', 'https://example.com/done?x=1', 'https://example.com', 'https://EXAMPLE.com/done']) expect([near, isRedirectAllowed(near, rules)]).toEqual([near, false]);
  });

  it('is refused without a list when the operator requires one', () => {
    expect(isRedirectAllowed('https://example.com/done', { allowList: [], isListRequired: true })).toBe(false);
  });

  it('keeps its own parameters beside the outcome', () => {
    expect(withOutcome('https://example.com/done?tab=2', { status: 'success', platform: 'twitter' })).toBe('https://example.com/done?tab=2&status=success&platform=twitter');
  });
});
