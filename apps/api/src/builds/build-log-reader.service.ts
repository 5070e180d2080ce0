import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import type { BuildLogsQuery } from '@berth/contracts';
import { LogEntryParser, type BuildLogEntry } from '@berth/domain';
import { LOGGER, type Logger } from '@berth/observability';
import { Database, readLogPiece } from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { SecretBox } from '../secrets/secret-box.js';
import { openLog } from '../secrets/sealed-log.js';

const PIECE_BYTES = 512 * 1024;
/** A socket that takes nothing for so long is closed, in milliseconds. */
const IDLE_MS = 60_000;

/** Gives logs of builds entry by entry: they are read and sent in pieces, so that none is too long to be given whole. */
@Injectable()
export class BuildLogReader {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SecretBox) private readonly box: SecretBox,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async send(response: Response, taskId: string, query: BuildLogsQuery): Promise<void> {
    const after = query.after ?? (query.limit === undefined ? 0 : await this.newest(taskId, query.limit));
    const limit = query.limit ?? Number.MAX_SAFE_INTEGER;
    // What cannot be read at all is told before the answer has begun.
    const pieces = this.json(taskId, after, limit);
    const first = await pieces.next();
    response.status(200).type('application/json').setHeader('cache-control', 'no-store');
    response.setTimeout(IDLE_MS, () => {
      response.destroy();
    });
    const text = async function* (): AsyncGenerator<string> {
      yield String(first.value);
      yield* pieces;
    };
    await pipeline(Readable.from(text()), response).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') {
        this.logger.error({ taskId }, `sending a log broke off: ${String(error)}`);
      }
      response.destroy();
    });
  }

  private async *json(taskId: string, after: number, limit: number): AsyncGenerator<string> {
    let seen = 0;
    let sent = 0;
    let text = `{"build_id":${JSON.stringify(taskId)},"logs":[`;
    for await (const entries of this.entries(taskId)) {
      const wanted = entries.slice(Math.max(0, after - seen)).slice(0, limit - sent);
      seen += entries.length;
      text += wanted.map((entry, n) => (sent + n === 0 ? '' : ',') + JSON.stringify(entry)).join('');
      sent += wanted.length;
      yield text;
      text = '';
      if (sent >= limit) {
        break;
      }
    }
    yield `${text}],"next_after":${after + sent}}`;
  }

  /** How many entries stand before the newest so many. */
  private async newest(taskId: string, limit: number): Promise<number> {
    let count = 0;
    for await (const entries of this.entries(taskId)) {
      count += entries.length;
    }
    return Math.max(0, count - limit);
  }

  private async *entries(taskId: string): AsyncGenerator<BuildLogEntry[]> {
    const parser = new LogEntryParser();
    const decoder = new StringDecoder('utf8');
    let begin = 0;
    for (;;) {
      const piece = await readLogPiece(
        this.database,
        { taskId, phase: 'build', begin, limit: PIECE_BYTES },
        (sealed) => openLog(this.box, sealed),
      );
      if (piece.length === 0) {
        break;
      }
      begin += piece.length;
      yield parser.push(decoder.write(piece));
    }
    yield [...parser.push(decoder.end()), ...parser.end()];
  }
}
