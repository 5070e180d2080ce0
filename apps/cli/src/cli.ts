import type { Readable } from 'node:stream';
import { connect, type Client } from '@berth/client';
import type { Command } from 'commander';
import { findHost, type Host } from './connection/find-host.js';
import { WrongUse } from './failures.js';
import { Output } from './output/output.js';
import type { TerminalStream } from './output/progress.js';

/** What surrounds the process; tests give their own. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: TerminalStream;
  readonly stderr: TerminalStream;
}

/** What a command works with. */
export interface Session {
  readonly client: Client;
  readonly url: string;
  readonly host: Host;
  readonly out: Output;
  readonly surroundings: Surroundings;
}

interface GlobalOptions {
  readonly host?: string;
  readonly organization?: string;
  readonly json?: boolean;
}

/** The commands' way to what they need: the api, and where their words go. */
export class Cli {
  /** Of the api that the command has turned to, for what is said at the end. */
  url: string | undefined;

  constructor(readonly surroundings: Surroundings) {}

  output(command: Command): Output {
    const { json = false } = command.optsWithGlobals<GlobalOptions>();
    const { env, stdout, stderr } = this.surroundings;
    return new Output({ env, stdout, stderr, json });
  }

  /** Which Berth is meant. @throws WrongUse where nobody says, or the key can be none */
  host(command: Command): Host {
    const { host, organization } = command.optsWithGlobals<GlobalOptions>();
    const { env, cwd } = this.surroundings;
    const found = findHost({ host, organization, env, cwd });
    this.url = found.url;
    return { ...found, key: sendable(found.key) };
  }

  /** Nothing is sent yet. @throws WrongUse where nobody says which Berth is meant */
  open(command: Command): Session {
    const host = this.host(command);
    const out = this.output(command);
    return { client: clientOf(host), url: host.url, host, out, surroundings: this.surroundings };
  }
}

/** Longer than this nobody at a terminal should sit without a word. */
const PATIENCE_MS = 10_000;

/** A client for this host: with its key, in its organization. */
export function clientOf({ url, key, organization }: Host): Client {
  return connect({
    url,
    key,
    patienceMs: PATIENCE_MS,
    ...(organization === undefined ? {} : { organization }),
  });
}

/** A key with a line end in it is what comes of a careless copy, and no header can hold it. @throws WrongUse */
export function sendable(key: string): string {
  const trimmed = key.trim();
  if (!/^[\x21-\x7e]+$/.test(trimmed)) {
    throw new WrongUse('the key holds characters that no key has: copy it again');
  }
  return trimmed;
}

/** What a command does. */
export type Work<Options, Arguments extends readonly unknown[]> = (
  session: Session,
  options: Options,
  ...args: Arguments
) => Promise<void>;

/** An action of commander's made of a plain function: what it works with, its options, its arguments. */
export function action<Options, Arguments extends readonly unknown[]>(
  cli: Cli,
  work: Work<Options, Arguments>,
): (...given: unknown[]) => Promise<void> {
  return async (...given) => {
    const command = given.at(-1) as Command;
    const options = given.at(-2) as Options;
    await work(cli.open(command), options, ...(given.slice(0, -2) as unknown as Arguments));
  };
}
