import { styleText } from 'node:util';
import type { Schemas } from '@berth/client';

type Style = Parameters<typeof styleText>[0];
type Status = Schemas['Task']['status'];

const STATUS: Readonly<Record<Status, Style>> = {
  pending: 'gray',
  assigned: 'cyan',
  planning: 'cyan',
  apply_pending: 'yellow',
  apply_queued: 'cyan',
  applying: 'cyan',
  running: 'cyan',
  succeeded: 'green',
  failed: 'red',
  cancelled: 'magenta',
  discarded: 'magenta',
};

/** Colours for one stream: none where it is no terminal, or nobody wants them. */
export class Colours {
  constructor(private readonly on: boolean) {}

  paint(style: Style, text: string): string {
    // Whether colours are wanted has been decided for the stream that this goes to.
    return this.on ? styleText(style, text, { validateStream: false }) : text;
  }

  status(status: string, text: string = status): string {
    return this.paint(Object.hasOwn(STATUS, status) ? STATUS[status as Status] : 'reset', text);
  }
}

/** NO_COLOR and FORCE_COLOR as everywhere; else only a terminal gets them. */
export function wantsColours(
  env: Readonly<Record<string, string | undefined>>,
  stream: { readonly isTTY?: boolean },
): boolean {
  if (env['NO_COLOR']) {
    return false;
  }
  if (env['FORCE_COLOR']) {
    return env['FORCE_COLOR'] !== '0';
  }
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}
