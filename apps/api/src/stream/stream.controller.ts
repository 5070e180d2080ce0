import { StreamEvent, text } from '@berth/contracts';
import { Controller, Get, Headers, Inject, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { ProblemError } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { wantsEvents } from '../tasks/follow.js';
import { Streams } from './streams.service.js';

/** Separated by commas. */
const StreamQuery = z.strictObject({ topics: text(2_000).min(1) });
type StreamQuery = z.infer<typeof StreamQuery>;

/** Everything that a page shows while it is open, on one connection: browsers have six of them. */
@Controller('api/v1/stream')
export class StreamController {
  constructor(@Inject(Streams) private readonly streams: Streams) {}

  @Get()
  @Describe({
    id: 'followStream',
    permission: 'tasks:read',
    place: 'listed',
    summary:
      'What changes, as server-sent events, of what you may see; lists are read when it has said that it is ready',
    query: StreamQuery,
    events: StreamEvent,
  })
  async follow(
    @CallerParam() caller: UserCaller,
    @Query(new ZodPipe(StreamQuery)) { topics }: StreamQuery,
    @Headers('accept') accept: string | undefined,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    if (!wantsEvents(accept)) {
      throw new ProblemError(406, 'NOT_ACCEPTABLE', 'this is a stream: ask with Accept: text/event-stream');
    }
    await this.streams.follow(caller, topics, lastEventId, response);
  }
}
