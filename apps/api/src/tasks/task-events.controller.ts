import { eventPlace, pageOf, queryInt4, TaskEvent, type Page } from '@berth/contracts';
import { isFinal } from '@berth/domain';
import { Database, readTaskEvents } from '@berth/persistence';
import { Controller, Get, Headers, Inject, Param, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { follow, goOnAfter, wantsEvents } from './follow.js';
import { TasksService } from './tasks.service.js';

const MAX_EVENTS = 2_000;

/** The cursor is the id of the last event that the caller has, as in a Last-Event-ID. */
const EventsQuery = z.object({
  limit: queryInt4(1, MAX_EVENTS).default(MAX_EVENTS),
  cursor: eventPlace.default('0'),
});
type EventsQuery = z.infer<typeof EventsQuery>;

@Controller('api/v1/tasks/:id/events')
export class TaskEventsController {
  constructor(
    @Inject(TasksService) private readonly tasks: TasksService,
    @Inject(Database) private readonly database: Database,
  ) {}

  @Get()
  @Describe({
    id: 'listTaskEvents',
    permission: 'tasks:read',
    summary: 'The timeline, oldest first; with Accept: text/event-stream it follows',
    query: EventsQuery,
    answer: pageOf(TaskEvent),
    events: TaskEvent,
  })
  async read(
    @CallerParam() caller: UserCaller,
    @Param('id') id: string,
    @Query(new ZodPipe(EventsQuery)) { cursor, limit }: EventsQuery,
    @Headers('accept') accept: string | undefined,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const task = await this.tasks.find(caller.organizationId, id);
    if (!wantsEvents(accept)) {
      response.json(await this.page(task.id, cursor, limit));
      return;
    }
    let last = goOnAfter(eventPlace, lastEventId) ?? cursor;
    await follow(response, async () => {
      const { status } = await this.tasks.find(caller.organizationId, id);
      const events = await this.after(task.id, last, MAX_EVENTS);
      last = events.at(-1)?.id ?? last;
      const messages = events.map((event) => ({ event: event.event, id: event.id, data: event }));
      const more = events.length === MAX_EVENTS;
      return { messages, more, ended: isFinal(status) && !more };
    });
  }

  private async page(taskId: string, cursor: string, limit: number): Promise<Page<TaskEvent>> {
    const events = await this.after(taskId, cursor, limit + 1);
    const items = events.slice(0, limit);
    return { items, nextCursor: events.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  private async after(taskId: string, eventId: string, limit: number): Promise<TaskEvent[]> {
    const events = await readTaskEvents(this.database, taskId, eventId, limit);
    return events.map(({ organizationId, ...event }) => ({ ...event, at: event.at.toISOString() }));
  }
}
