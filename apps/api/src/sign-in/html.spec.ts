import { describe, expect, it } from '@jest/globals';
import { html } from './html.js';

describe('a piece of a page', () => {
  it('takes what it is given for text', () => {
    expect(html`<p title="${'"><script>'}">${"<b>&'"}</p>`.text).toBe(
      '<p title="&quot;&gt;&lt;script&gt;">&lt;b&gt;&amp;&#39;</p>',
    );
  });

  it('takes other pieces as they are, lists of them and none', () => {
    const items = ['a', '<'].map((one) => html`<li>${one}</li>`);
    expect(
      html`<ul>
          ${items}
        </ul>
        ${null}${7}`.text,
    ).toBe('<ul><li>a</li><li>&lt;</li></ul>7');
  });
});
