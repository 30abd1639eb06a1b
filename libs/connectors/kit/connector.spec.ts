import { linkedin } from '../linkedin/index.ts';
import { defineConnector } from './connector.ts';

describe('defineConnector', () => {
  const { manifest } = linkedin;
  const withManifest = (more: object) => () => defineConnector({ ...linkedin, manifest: { ...manifest, ...more } });

  it('takes a connector whose manifest is right', () => {
    expect(withManifest({})).not.toThrow();
  });
  it.each([
    ['is of another platform', { platform: 'ghost' }, /its manifest is of ghost/],
    ['says that it has what it has not', { features: { ...manifest.features, revoke: true } }, /wrong about revoke/],
    ['keeps two budgets under one unit', { budgets: manifest.budgets?.map((budget) => ({ ...budget, unit: 'posts' })) }, /two budgets have one unit/],
    ['has limits of each account that nothing follows', { limitsOf: () => manifest.limits }, /no accountReader follows them/],
  ])('refuses one whose manifest %s', (_name, more, words) => expect(withManifest(more)).toThrow(words));
});
