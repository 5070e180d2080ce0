import { LogPiece, logOffset } from '@berth/contracts';
import { isFinal, type TaskPhase } from '@berth/domain';
import { Database, readLog } from '@berth/persistence';
import { Controller, Get, Headers, Inject, Param, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { SecretBox } from '../secrets/secret-box.js';
import { openLog } from '../secrets/sealed-log.js';
import { follow, goOnAfter, wantsEvents, type Look } from './follow.js';
import { TasksService } from './tasks.service.js';
import { wholeCharacters } from './whole-characters.js';

const LogQuery = z.strictObject({
  phase: z.enum(['plan', 'apply', 'build']).optional(),
  offset: logOffset.default(0),
});
type LogQuery = z.infer<typeof LogQuery>;

/** Of one answer. */
const MAX_PIECE_BYTES = 4 * 1024 * 1024;
/** Of one event: little enough that a follower who takes their time holds no memory. */
const EVENT_BYTES = 128 * 1024;

@Controller('api/v1/tasks/:id/logs')
export class TaskLogsController {
  constructor(
    @Inject(TasksService) private readonly tasks: TasksService,
    @Inject(Database) private readonly database: Database,
    @Inject(SecretBox) private readonly box: SecretBox,
  ) {}

  @Get()
  @Describe({
    id: 'readTaskLog',
    permission: 'tasks:read',
    summary: 'The log of a phase from a byte offset on; with Accept: text/event-stream it follows',
    query: LogQuery,
    answerType: 'text/plain',
    events: LogPiece,
  })
  async read(
    @CallerParam() caller: UserCaller,
    @Param('id') id: string,
    @Query(new ZodPipe(LogQuery)) query: LogQuery,
    @Headers('accept') accept: string | undefined,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const task = await this.tasks.find(caller.organizationId, id);
    const phase = query.phase ?? task.phase;
    if (!wantsEvents(accept)) {
      const piece = await this.piece(task.id, phase, query.offset, MAX_PIECE_BYTES);
      response
        .status(200)
        .type('text/plain; charset=utf-8')
        .setHeader('x-berth-next-offset', query.offset + piece.content.length)
        .setHeader('x-berth-log-size', piece.sizeBytes)
        .send(piece.content);
      return;
    }
    let offset = goOnAfter(logOffset, lastEventId) ?? query.offset;
    await follow(response, async (): Promise<Look> => {
      // The status is read before the log: what a finished task still had to say is then surely in it.
      const { status, phase: present } = await this.tasks.find(caller.organizationId, id);
      const piece = await this.piece(task.id, phase, offset, EVENT_BYTES);
      const text = wholeCharacters(piece.content);
      const begin = offset;
      offset += text.length;
      const over = isFinal(status) || (phase === 'plan' && present === 'apply');
      const ended = over && offset >= piece.sizeBytes;
      const message = {
        event: 'log',
        id: String(offset),
        data: { offset: begin, text: text.toString('utf8') } satisfies LogPiece,
      };
      const more = text.length > 0 && offset < piece.sizeBytes;
      return { messages: text.length === 0 ? [] : [message], more, ended };
    });
  }

  private async piece(
    taskId: string,
    phase: TaskPhase,
    offset: number,
    limit: number,
  ): ReturnType<typeof readLog> {
    return readLog(this.database, { taskId, phase, offset, limit }, (sealed) => openLog(this.box, sealed));
  }
}
