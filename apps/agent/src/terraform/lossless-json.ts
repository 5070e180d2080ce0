/** A number with more digits or another range than a double holds for certain. */
const LONG_NUMBER = /-?\d(?:[\d.]{15,}|[\d.]*[eE][+-]?\d+)[\d.eE+-]*/g;
/** The shortest of them: 1e5. */
const SHORTEST = 3;

/**
 * Parses JSON without losing a number: one that a double might not hold (2^53 and 2^53 + 1 are the same to it) becomes a
 * string of its digits.
 * @throws SyntaxError
 */
export function parseLossless(text: string): unknown {
  return JSON.parse(replaceLongNumbers(text, (digits) => `"${digits}"`));
}

/**
 * Strings are passed over from quote to quote: a regular expression for them ran out of stack at a text of 10 MB, and the
 * plan with it could not be shown.
 */
export function replaceLongNumbers(text: string, replace: (digits: string) => string): string {
  const pieces: string[] = [];
  let taken = 0;
  for (let at = 0; at < text.length;) {
    const quote = text.indexOf('"', at);
    const end = quote === -1 ? text.length : quote;
    if (end - at >= SHORTEST) {
      for (const { 0: digits, index } of text.slice(at, end).matchAll(LONG_NUMBER)) {
        pieces.push(text.slice(taken, at + index), replace(digits));
        taken = at + index + digits.length;
      }
    }
    at = quote === -1 ? end : endOfString(text, quote);
  }
  return pieces.length === 0 ? text : pieces.join('') + text.slice(taken);
}

/** Behind the closing quote; behind everything where there is none. */
function endOfString(text: string, open: number): number {
  let quote = text.indexOf('"', open + 1);
  while (quote !== -1 && isEscaped(text, quote)) {
    quote = text.indexOf('"', quote + 1);
  }
  return quote === -1 ? text.length : quote + 1;
}

function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text[first - 1] === '\\') {
    first -= 1;
  }
  return (at - first) % 2 === 1;
}
