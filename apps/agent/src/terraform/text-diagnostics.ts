import type { Diagnostic } from './terraform-events.js';

const START = /^(Error|Warning): (.*)$/;
const PLACE = /^ {2}on (.+) line (\d+)(?:, in (.+))?:$/;
const ADDRESS = /^ {2}with (.+),$/;
const SNIPPET = /^ *(\d+: |[├│])/;
const CODE = /^ *(\d+): (.*)$/;
// eslint-disable-next-line no-control-regex -- colour codes begin with the escape character.
const COLOURS = /\u001b\[[0-9;]*m/g;
const MAX_DIAGNOSTICS = 100;

/**
 * Reads errors and warnings out of what a command without `-json` wrote to stderr. Init is run that way: the
 * versions that a workspace may ask for do not all have `init -json`. Terraform wraps a detail at 78 columns, so
 * compare with white space normalised.
 */
export function parseTextDiagnostics(stderr: string): Diagnostic[] {
  const blocks: string[][] = [];
  for (const line of stderr.replace(COLOURS, '').split('\n').map(withoutRule)) {
    if (START.test(line)) {
      blocks.push([line]);
    } else {
      blocks.at(-1)?.push(line);
    }
  }
  return blocks.slice(0, MAX_DIAGNOSTICS).map(diagnostic);
}

/** With colours on, terraform draws a rule to the left of each diagnostic. */
function withoutRule(line: string): string {
  return line.replace(/^[╷╵]\s*$/, '').replace(/^│ ?/, '');
}

function diagnostic(block: readonly string[]): Diagnostic {
  const [, word, firstLine = ''] = START.exec(block[0] ?? '') ?? [];
  const blank = block.findIndex((line) => line.trim() === '');
  const end = blank === -1 ? block.length : blank;
  const rest = block.slice(end);
  const place = rest.map((line) => PLACE.exec(line)).find((found) => found !== null);
  const address = rest.map((line) => ADDRESS.exec(line)).find((found) => found !== null)?.[1];
  const detail = rest
    .filter((line) => !PLACE.test(line) && !ADDRESS.test(line) && !(place && SNIPPET.test(line)))
    .join('\n')
    .trim();
  return {
    severity: word === 'Warning' ? 'warning' : 'error',
    summary: [firstLine, ...block.slice(1, end)].join(' ').trim(),
    detail,
    ...(address === undefined ? {} : { address }),
    range: place ? { filename: place[1] ?? '', start: { line: Number(place[2]) } } : null,
    snippet: place ? snippet(rest) : null,
  };
}

/** The lines of the file that terraform shows; null where it shows none. */
function snippet(lines: readonly string[]): Diagnostic['snippet'] {
  const code = lines.map((line) => CODE.exec(line)).filter((found) => found !== null);
  return code.length === 0
    ? null
    : { code: code.map(([, , text = '']) => text).join('\n'), start_line: Number(code[0]?.[1]) };
}
