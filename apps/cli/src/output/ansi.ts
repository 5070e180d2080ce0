/** Escape sequences, all of which begin with ESC. */
const ESC = '\\u001b';
const BODIES = [
  // CSI: colours, movements of the cursor, erasing.
  '\\[[0-?]*[ -/]*[@-~]',
  // OSC: titles, links, the clipboard; ended by BEL or ST.
  `\\][^\\u0007${ESC}]*(?:\\u0007|${ESC}\\\\)`,
  // Device control and its like.
  `[PX^_][^${ESC}]*${ESC}\\\\`,
  '[ -/]*[0-~]',
];
const SEQUENCE = new RegExp(`${ESC}(?:${BODIES.join('|')})`, 'g');
const COLOUR = new RegExp(`^${ESC}\\[[0-9;:]*m$`);
const UNFINISHED = new RegExp(
  `${ESC}(?:\\[[0-?]*[ -/]*|\\][^\\u0007${ESC}]*${ESC}?|[PX^_][^${ESC}]*${ESC}?|[ -/]*)?$`,
);
/** Tabs and ends of lines stay. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f]/g;

/** A sequence longer than this is none: what began one is text after all. */
const LONGEST = 4_096;

/**
 * A log on its way to a terminal. A run's log is written by providers and whoever they talk to: colours pass, and whatever
 * else would move the cursor, name the window or fill the clipboard is left out. Without colours those go too.
 */
export class AnsiFilter {
  private held = '';

  constructor(private readonly colours: boolean) {}

  /** What may be written of a piece; a sequence that is not whole yet is kept for the next one. */
  pass(piece: string): string {
    const text = this.held + piece;
    const tail = UNFINISHED.exec(text)?.[0] ?? '';
    this.held = tail.length > LONGEST ? '' : tail;
    return text
      .slice(0, text.length - tail.length)
      .replace(SEQUENCE, (sequence) => (this.colours && COLOUR.test(sequence) ? sequence : ''))
      .replace(CONTROL, '');
  }
}
