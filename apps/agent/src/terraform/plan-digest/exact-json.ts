import { replaceLongNumbers } from '../lossless-json.js';

/** Stands before a number that was made a text, and before a text that begins like one. */
const MARK = String.raw`\u0000`;
/** A double holds every number of so few digits and of such a size, and none of them stands for two. */
const SAFE_DIGITS = 15;
const SAFE_EXPONENT = 300;

/**
 * Parses JSON so that two values are equal exactly where they are to terraform: 2^53 and 2^53 + 1 differ, and so do a
 * number and the text of its digits, but 1e2 and 100 are the same.
 * @throws SyntaxError
 */
export function parseExact(text: string): unknown {
  const marked = text.includes(`"${MARK}`) ? text.replaceAll(`"${MARK}`, `"${MARK}${MARK}`) : text;
  return JSON.parse(replaceLongNumbers(marked, exactNumber));
}

/** A number that a double holds for certain, or a marked text: its digits without noughts at the ends, and its exponent. */
function exactNumber(written: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(written);
  if (parts === null) {
    // Two numbers in a row, say: JSON.parse refuses it.
    return written;
  }
  const [, sign = '', whole = '', fraction = '', power = '0'] = parts;
  const significant = (whole + fraction).replace(/^0+/, '');
  const digits = significant.replace(/0+$/, '');
  if (digits === '') {
    return '0';
  }
  const exponent = BigInt(power) - BigInt(fraction.length) + BigInt(significant.length - digits.length);
  const value = `${sign}${digits}e${exponent}`;
  const size = Math.abs(Number(exponent)) + digits.length;
  return digits.length <= SAFE_DIGITS && size <= SAFE_EXPONENT ? value : `"${MARK}${value}"`;
}
