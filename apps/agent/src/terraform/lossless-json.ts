/** A string, or a number with more digits or another range than a double holds for certain. */
const STRING_OR_LONG_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d(?:[\d.]{15,}|[\d.]*[eE][+-]?\d+)[\d.eE+-]*/g;

/**
 * Parses JSON without losing a number: one that a double might not hold (2^53 and 2^53 + 1 are the same to it) becomes a
 * string of its digits.
 * @throws SyntaxError
 */
export function parseLossless(text: string): unknown {
  return JSON.parse(
    text.replace(STRING_OR_LONG_NUMBER, (found) => (found.startsWith('"') ? found : `"${found}"`)),
  );
}
