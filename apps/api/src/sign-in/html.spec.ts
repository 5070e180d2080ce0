import { describe, expect, it } from '@jest/globals';
import { html } from './html.js';

/** Under a name that no formatter takes for markup, of which each space counts here. */
const piece = html;

describe('a piece of a page', () => {
  it('takes what it is given for text', () => {
    expect(piece`<p title="${'"><script>'}">${"<b>&'"}</p>`.text).toBe(
      '<p title="&quot;&gt;&lt;script&gt;">&lt;b&gt;&amp;&#39;</p>',
    );
  });

  it('takes other pieces as they are, lists of them and none', () => {
    const items = ['a', '<'].map((one) => piece`<li>${one}</li>`);
    expect(piece`<ul>${items}</ul>${null}${7}`.text).toBe('<ul><li>a</li><li>&lt;</li></ul>7');
  });
});
