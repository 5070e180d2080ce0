import { TaskEvent } from '@berth/contracts';
import { isFinal } from '@berth/domain';
import { Database, TaskEventRow, toEntity, type RawRow } from '@berth/persistence';
import { Controller, Get, Headers, Inject, Param, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { follow, wantsEvents } from './follow.js';
import { TasksService } from './tasks.service.js';

const MAX_EVENTS = 2_000;

@Controller('api/v1/tasks/:id/events')
export class TaskEventsController {
  constructor(
    @Inject(TasksService) private readonly tasks: TasksService,
    @Inject(Database) private readonly database: Database,
  ) {}

  @Get()
  @Describe({
    summary: 'The timeline, oldest first; with Accept: text/event-stream it follows',
    answer: z.object({ items: z.array(TaskEvent) }),
  })
  async read(
    @CallerParam() caller: UserCaller,
    @Param('id') id: string,
    @Headers('accept') accept: string | undefined,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const task = await this.tasks.find(caller.organizationId, id);
    if (!wantsEvents(accept)) {
      response.json({ items: await this.after(task.id, '0'), nextCursor: null });
      return;
    }
    let last = /^\d{1,18}$/.test(lastEventId ?? '') ? String(lastEventId) : '0';
    await follow(response, async () => {
      const { status } = await this.tasks.find(caller.organizationId, id);
      const events = await this.after(task.id, last);
      last = events.at(-1)?.id ?? last;
      const messages = events.map((event) => ({ event: event.event, id: event.id, data: event }));
      return { messages, ended: isFinal(status) && events.length < MAX_EVENTS };
    });
  }

  private async after(taskId: string, eventId: string): Promise<TaskEvent[]> {
    const rows = await this.database.rows<RawRow>(
      'select * from task_events where task_id = $1 and id > $2 order by id limit $3',
      [taskId, eventId, MAX_EVENTS],
    );
    return rows.map((row) => {
      const { organizationId, ...event } = toEntity<TaskEventRow>(row);
      return { ...event, at: event.at.toISOString() };
    });
  }
}
