import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { Output } from './output.js';

interface Pair {
  readonly out: Output;
  readonly stdout: PassThrough;
  readonly stderr: PassThrough;
}

function output(
  more: { json?: boolean; tty?: boolean; columns?: number; env?: Record<string, string> } = {},
): Pair {
  const { json = false, tty = false, columns = 80, env = {} } = more;
  const stdout = Object.assign(new PassThrough(), { isTTY: tty, columns });
  const stderr = Object.assign(new PassThrough(), { isTTY: tty, columns });
  return { out: new Output({ env, stdout, stderr, json }), stdout, stderr };
}

function said(stream: PassThrough): string {
  return String(stream.read() ?? '');
}

const PAGE = { items: [{ name: 'one' }], nextCursor: null };
const COLUMNS = [{ title: 'name', of: ({ name }: { readonly name: string }) => name }];

describe('what a command says', () => {
  it('is data on stdout and everything else on stderr', () => {
    const { out, stdout, stderr } = output();
    out.list(PAGE, COLUMNS, 'none');
    out.note('beside');
    expect([said(stdout), said(stderr)]).toEqual(['NAME\none\n', 'beside\n']);
  });

  it('is the api’s document with --json, an empty list too', () => {
    const { out, stdout, stderr } = output({ json: true });
    out.list(PAGE, COLUMNS, 'none');
    out.list({ items: [], nextCursor: null }, COLUMNS, 'none');
    out.streamed({ log: { text: 'x' } });
    expect(said(stdout)).toBe(
      `${JSON.stringify(PAGE, null, 2)}\n${JSON.stringify({ items: [], nextCursor: null }, null, 2)}\n{"log":{"text":"x"}}\n`,
    );
    expect(said(stderr)).toBe('none\n');
  });

  it('tells that there is more of a list', () => {
    const { out, stderr } = output();
    out.list({ ...PAGE, nextCursor: 'x' }, COLUMNS, 'none');
    expect(said(stderr)).toBe('… and more: raise --limit, which is 1\n');
  });

  it('has progress on a terminal only, and takes it away before anything else', () => {
    const elsewhere = output();
    elsewhere.out.progress.show('at work');
    expect(said(elsewhere.stderr)).toBe('');

    const { out, stdout, stderr } = output({ tty: true });
    out.progress.show('at work');
    out.progress.show('at work');
    out.note('done');
    expect(said(stderr)).toBe('at work\u001b[1G\u001b[2Kdone\n');
    out.progress.show('x'.repeat(200));
    out.lines(['data']);
    expect(said(stderr)).toBe(`${'x'.repeat(78)}…\u001b[1G\u001b[2K`);
    expect(said(stdout)).toBe('data\n');
  });

  it.each<[Record<string, string>, boolean, boolean]>([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ TERM: 'dumb' }, true, false],
  ])('has colours as %j wants them, terminal or not (%s): %s', (env, tty, colours) => {
    const { out } = output({ env, tty });
    expect(out.colours.status('failed') !== 'failed').toBe(colours);
  });

  it('ends a line of a log before it says something beside it', () => {
    const { out, stdout } = output();
    out.piece('half a line');
    out.note('beside');
    expect(said(stdout)).toBe('half a line\n');
  });
});
