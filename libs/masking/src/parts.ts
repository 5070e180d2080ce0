import { SHORTEST_MASKED } from './forms.js';

/** A longer line is looked for piece by piece, so that no more than a piece has to be held back. */
const LONGEST_PIECE = 2_048;

/**
 * What is looked for of one value: all of it and each of its lines, without the spaces around, which change when a text is
 * indented. Nothing of it begins or ends with white space, so a finished line is never held back for what might follow.
 */
export function partsOf(value: string): string[] {
  const whole = value.trim();
  const lines = whole.split(/\r\n|\r|\n/).map((line) => line.trim());
  // Of a long one its lines have to do.
  const all = lines.length > 1 && whole.length <= LONGEST_PIECE ? [whole, ...lines] : lines;
  // As it stands in a message of one line.
  const inOneLine = whole.length <= LONGEST_PIECE ? [whole.replace(/\s+/g, ' ')] : [];
  const unixEnds =
    whole.includes('\r') && whole.length <= LONGEST_PIECE ? [whole.replaceAll('\r\n', '\n')] : [];
  return [...all, ...inOneLine, ...unixEnds]
    .flatMap(pieces)
    .filter((part) => Buffer.byteLength(part) >= SHORTEST_MASKED);
}

function pieces(line: string): string[] {
  if (line.length <= LONGEST_PIECE) {
    return [line];
  }
  const cut: string[] = [];
  for (let from = 0; from < line.length; from += LONGEST_PIECE) {
    const rest = line.length - from;
    // What is left at the end goes with the piece before it, or it would be too short to be masked.
    const to = rest < LONGEST_PIECE + SHORTEST_MASKED ? line.length : from + LONGEST_PIECE;
    cut.push(line.slice(from, to));
    if (to === line.length) {
      break;
    }
  }
  return cut;
}
