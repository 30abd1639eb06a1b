import { textToHtml, titled } from './article.ts';

describe('a plain text', () => {
  it.each([
    ['one', '<p>one</p>'],
    ['one\ntwo\n\n\nthree', '<p>one<br>two</p><p>three</p>'],
    ['one\r\n \r\ntwo', '<p>one</p><p>two</p>'],
    ['<script>alert("x")</script> & \'y\'', '<p>&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39;</p>'],
    ['<!--kg-card-begin: html--><b>', '<p>&lt;!--kg-card-begin: html--&gt;&lt;b&gt;</p>'],
    ['see https://example.com/a?b=1&c=2.', '<p>see <a href="https://example.com/a?b=1&amp;c=2">https://example.com/a?b=1&amp;c=2</a>.</p>'],
    ['https://example.com/"onmouseover="x', '<p><a href="https://example.com/">https://example.com/</a>&quot;onmouseover=&quot;x</p>'],
    ['javascript:alert(1)', '<p>javascript:alert(1)</p>'],
  ])('%j', (text, html) => expect(textToHtml(text)).toBe(html));
});

describe('the title', () => {
  it.each([
    ['First\nSecond\n\nThird', {}, { title: 'First', body: 'Second\n\nThird' }],
    ['Only', {}, { title: 'Only', body: 'Only' }],
    ['First\nSecond', { title: 'Named' }, { title: 'Named', body: 'First\nSecond' }],
    ['<p>First</p>', { isHtml: true }, { title: '', body: '<p>First</p>' }],
  ])('of %j', (text, own, expected) => expect(titled(text, { isHtml: false, maxTitle: 255, ...own })).toEqual(expected));
  it('is cut at a word when the first line is too long, and the line stays whole', () => {
    const line = `${'word '.repeat(60)}end`;
    const { title, body } = titled(`${line}\nmore`, { isHtml: false, maxTitle: 255 });
    expect(title).toMatch(/word…$/);
    expect(title.length).toBeLessThanOrEqual(255);
    expect(body).toBe(`${line}\nmore`);
  });
});
