/** How a piece of a log looks; colours are the sixteen of terminals by number, so that each theme has its own. */
export interface Style {
  readonly foreground: number | null;
  readonly background: number | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
}

export interface Piece {
  readonly text: string;
  readonly style: Style;
}

export const PLAIN: Style = {
  foreground: null,
  background: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
};

/**
 * Control sequences: CSI (of which only colours are kept), OSC (titles and links, whose text stays), and the rest, which
 * is dropped. Nothing of them reaches the page.
 */
const SEQUENCES =
  // eslint-disable-next-line no-control-regex -- it is control sequences that are looked for
  /\u001b\[([\d;:?<=>]*)([ -/]*[@-~])|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\|$)|\u001b[PX^_][^\u001b]*(?:\u001b\\|$)|\u001b[ -/]*[0-~]?|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** The text without any control sequence: what can be found in it. */
export function plainText(text: string): string {
  return hasControls(text) ? text.replace(SEQUENCES, '') : text;
}

function hasControls(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- the same
  return /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(text);
}

/** The pieces of a row, beginning in the style that the one before it ended with. */
export function piecesOf(text: string, begin: Style = PLAIN): { pieces: Piece[]; end: Style } {
  if (!hasControls(text)) {
    return { pieces: text === '' ? [] : [{ text, style: begin }], end: begin };
  }
  const pieces: Piece[] = [];
  let style = begin;
  let from = 0;
  const add = (to: number): void => {
    if (to > from) {
      pieces.push({ text: text.slice(from, to), style });
    }
  };
  for (const match of text.matchAll(SEQUENCES)) {
    add(match.index);
    from = match.index + match[0].length;
    if (match[2] === 'm') {
      style = styled(style, match[1] ?? '');
    }
  }
  add(text.length);
  return { pieces, end: style };
}

const RESET = '\u001b[0m';

/** The style that a row ends with, found without cutting it into pieces: most end with a reset, and many have no colour. */
export function styleAfter(text: string, begin: Style): Style {
  const reset = text.lastIndexOf(RESET);
  const rest = reset === -1 ? text : text.slice(reset + RESET.length);
  const from = reset === -1 ? begin : PLAIN;
  return rest.includes('\u001b') ? piecesOf(rest, from).end : from;
}

function styled(style: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map(Number);
  let next = style;
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      const [colour, used] = extendedColour(codes.slice(at + 1));
      at += used;
      next = code === 38 ? { ...next, foreground: colour } : { ...next, background: colour };
    } else {
      next = withCode(next, code);
    }
  }
  return next;
}

function withCode(style: Style, code: number): Style {
  if (code >= 30 && code <= 37) {
    return { ...style, foreground: code - 30 };
  }
  if (code >= 90 && code <= 97) {
    return { ...style, foreground: code - 82 };
  }
  if (code >= 40 && code <= 47) {
    return { ...style, background: code - 40 };
  }
  if (code >= 100 && code <= 107) {
    return { ...style, background: code - 92 };
  }
  switch (code) {
    case 0:
      return PLAIN;
    case 1:
      return { ...style, bold: true };
    case 2:
      return { ...style, dim: true };
    case 3:
      return { ...style, italic: true };
    case 4:
      return { ...style, underline: true };
    case 22:
      return { ...style, bold: false, dim: false };
    case 23:
      return { ...style, italic: false };
    case 24:
      return { ...style, underline: false };
    case 39:
      return { ...style, foreground: null };
    case 49:
      return { ...style, background: null };
    default:
      return style;
  }
}

/** Of the 256 colours the first sixteen are kept; others are shown as plain text rather than guessed at. */
function extendedColour([kind, ...rest]: readonly number[]): readonly [number | null, number] {
  if (kind === 5) {
    const [colour = 0] = rest;
    return [colour < 16 ? colour : null, 2];
  }
  return [null, kind === 2 ? 4 : 1];
}
