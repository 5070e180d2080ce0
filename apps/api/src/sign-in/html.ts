/** A piece of a page: what is put into it was escaped. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = string | number | Html | null | readonly Html[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Builds a piece of a page; every value that is no piece itself is text, whatever it looks like. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.reduce((page, piece, at) => page + written(parts[at - 1] ?? null) + piece));
}

function written(part: Part): string {
  if (part === null) {
    return '';
  }
  if (part instanceof Html) {
    return part.text;
  }
  if (typeof part === 'object') {
    return part.map(({ text }) => text).join('');
  }
  return String(part).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
