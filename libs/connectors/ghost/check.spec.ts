import { mediaFile } from '../kit/testbed.spec-support.ts';
import { checkContent } from '../kit/index.ts';
import { ghost } from './index.ts';

const { manifest } = ghost;

describe('what is refused before anything is scheduled', () => {
  const rules = (text: string, options: object = {}, media = [mediaFile({ type: 'image' })].slice(1)) =>
    checkContent(manifest, { text, options: manifest.options.parse(options) }, media).map(({ path }) => path);
  it.each([
    ['x', {}, []],
    ['x', { emailOnly: true }, ['platformSpecificData.emailOnly']],
    ['x', { emailSegment: 'all' }, ['platformSpecificData.emailSegment']],
    ['x', { emailOnly: true, emailSegment: 'all', newsletter: 'weekly' }, []],
    ['x', { featureImage: 'first' }, ['platformSpecificData.featureImage']],
    ['x', { altText: ['one'] }, ['platformSpecificData.altText']],
    ['<p>x</p>', { format: 'html' }, ['platformSpecificData.title']],
  ])('%s %j', (text, options, expected) => expect(rules(text, options)).toEqual(expected));
  it('a post of pictures only needs a title', () => {
    expect(rules('', {}, [mediaFile({ type: 'image' })])).toEqual(['platformSpecificData.title']);
    expect(rules('', { title: 'x' }, [mediaFile({ type: 'image' })])).toEqual([]);
  });
  it.each([{ surplus: 1 }, { visibility: 'nobody' }, { slug: 'A b' }, { newsletter: "x'+status:active" }, { title: 'x'.repeat(256) }, { featureImage: 'second' }])('knows no options like %j', (options) =>
    expect(manifest.options.safeParse(options).success).toBe(false),
  );
});
