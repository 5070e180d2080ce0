import { AnsiFilter } from './ansi.js';
import { Colours, wantsColours } from './colours.js';
import { ProgressLine, type TerminalStream } from './progress.js';
import { recordLines, tableLines, type Column } from './table.js';

export interface OutputPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: TerminalStream;
  readonly stderr: TerminalStream;
  readonly json: boolean;
}

/** A page of a list, as the api gives it. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/**
 * Where a command's words go: data to stdout, as text or as the api's JSON, and everything that is said beside it to
 * stderr, so that a pipe gets the data alone.
 */
export class Output {
  readonly json: boolean;
  /** For stdout. */
  readonly colours: Colours;
  /** For stderr. */
  readonly noteColours: Colours;
  readonly progress: ProgressLine;
  private readonly withColours: boolean;
  private atLineStart = true;

  constructor(private readonly places: OutputPlaces) {
    const { env, stdout, stderr, json } = places;
    this.json = json;
    this.withColours = wantsColours(env, stdout);
    this.colours = new Colours(this.withColours);
    this.noteColours = new Colours(wantsColours(env, stderr));
    this.progress = new ProgressLine(stderr, env);
  }

  /** A file or a pipe is as wide as it has to be. */
  get width(): number {
    return this.places.stdout.isTTY === true ? (this.places.stdout.columns ?? 80) : Infinity;
  }

  /** The api's document for programs, or what `lines` makes of it for people. */
  document(document: unknown, lines: () => readonly string[]): void {
    this.lines(this.json ? [JSON.stringify(document, null, 2)] : lines());
  }

  /** One line of a stream of documents. */
  streamed(document: Readonly<Record<string, unknown>>): void {
    if (this.json) {
      this.lines([JSON.stringify(document)]);
    }
  }

  /** A list as a table; without items a sentence on what to do, beside the data. */
  list<Item>(page: Page<Item>, columns: readonly Column<Item>[], ifEmpty: string): void {
    this.document(page, () => (page.items.length === 0 ? [] : tableLines(page.items, columns, this.width)));
    if (page.items.length === 0) {
      this.note(ifEmpty);
    } else if (page.nextCursor !== null) {
      this.note(`… and more: raise --limit, which is ${page.items.length}`);
    }
  }

  /** One thing, field by field. */
  record<Item>(item: Item, columns: readonly Column<Item>[]): void {
    this.document(item, () => recordLines(item, columns, this.width));
  }

  lines(lines: readonly string[]): void {
    if (lines.length > 0) {
      this.progress.clear();
      this.write(`${lines.join('\n')}\n`);
    }
  }

  /** A new filter for a log that goes to stdout. */
  logFilter(): AnsiFilter {
    return new AnsiFilter(this.withColours);
  }

  /** A piece of a log as it comes, which may end within a line. */
  piece(text: string): void {
    if (text !== '') {
      this.progress.clear();
      this.write(text);
    }
  }

  /** Something said beside the data. */
  note(text: string): void {
    this.progress.clear();
    this.endLine();
    this.places.stderr.write(`${text}\n`);
  }

  private endLine(): void {
    if (!this.atLineStart) {
      this.write('\n');
    }
  }

  private write(text: string): void {
    this.places.stdout.write(text);
    this.atLineStart = text.endsWith('\n');
  }
}
