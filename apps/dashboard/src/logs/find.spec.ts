import { describe, expect, it } from '@jest/globals';
import { MAX_MATCHES, Search } from './find.js';
import { firstErrorLine } from './first-error.js';
import { LogText, ROW_LENGTH } from './log-text.js';

function logOf(...pieces: string[]): LogText {
  const log = new LogText(() => undefined);
  pieces.forEach((piece) => log.append(log.bytes, piece));
  return log;
}

function all(search: Search): number[] {
  while (!search.goOn());
  return search.matches.map(({ row }) => row);
}

describe('finding in a log', () => {
  it('finds whatever the case, behind colours, and several times in a row', () => {
    const log = logOf('Error here and ERROR there\nnothing\n\u001b[31mer\u001b[1mror\u001b[0m\n');
    expect(all(new Search(log, 'error'))).toEqual([0, 0, 2]);
  });

  it('goes on with what comes later, and with the last line once it is whole', () => {
    const log = logOf('one needle\ntwo nee');
    const search = new Search(log, 'needle');
    expect(all(search)).toEqual([0]);
    log.append(log.bytes, 'dle\nneedle');
    expect(all(search)).toEqual([0, 1]);
    log.end();
    expect(all(search)).toEqual([0, 1, 2]);
  });

  it('finds what stands across two rows of one very long line, and nothing across two lines', () => {
    const log = logOf(`${'x'.repeat(ROW_LENGTH - 3)}needle${'x'.repeat(50)}\nnee\ndle\n`);
    const search = new Search(log, 'needle');
    expect(all(search)).toEqual([0]);
    expect(search.matches[0]?.from).toBe(ROW_LENGTH - 3);
  });

  it('gives the page back after a slice of time, and goes on where it was', () => {
    const log = logOf('needle\n'.repeat(100));
    const search = new Search(log, 'needle');
    let now = 0;
    expect(search.goOn(() => (now += 5))).toBe(false);
    expect(search.matches.length).toBeLessThan(100);
    expect(all(search)).toHaveLength(100);
  });

  it('stops counting where nobody would step through any more', () => {
    const log = logOf('aaaaaaaaaaaaaaaa\n'.repeat(2_000));
    expect(all(new Search(log, 'a'))).toHaveLength(MAX_MATCHES);
  });
});

describe('the first error of a log', () => {
  it.each([
    ['terraform without colours', 'init\n\nError: Invalid reference\n\n  on main.tf', 3],
    ['terraform in its frame', '╷\n│ Error: Invalid reference\n╵', 2],
    ['in colours', 'a\n\u001b[31m│\u001b[0m \u001b[1m\u001b[31mError: \u001b[0mno\n', 2],
    ['git', 'cloning\nfatal: could not read\n', 2],
    ['a build', 'step\n[ERROR] it does not compile\n', 2],
  ])('is found of %s', (_what, text, line) => {
    expect(firstErrorLine(logOf(text))).toBe(line);
  });

  it('is none where an error is only spoken of', () => {
    expect(firstErrorLine(logOf('no Error: was found\n0 errors\n'))).toBeNull();
  });
});
