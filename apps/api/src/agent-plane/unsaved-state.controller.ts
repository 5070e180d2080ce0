import { Controller, HttpCode, Inject, Param, Put, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import { CallerParam, OpenTo, type AgentCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { isUuid } from '../paging.js';
import { staleAttempt } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { UnsavedStatesService } from '../states/unsaved-states.service.js';
import { AttemptQuery } from './attempt-query.js';
import { CHECKSUM, checkedBody } from '../bodies/checked-body.js';

/**
 * What one value in PostgreSQL holds. The limit for states does not count here: one that was too large to be saved must not
 * be lost for it.
 */
const MAX_MB = 1_000;

/** What an apply could not save is taken also after its task has ended: it is the only copy. */
@Controller('agent/v1/tasks/:id/unsaved-state')
@OpenTo('agent')
export class UnsavedStateController {
  constructor(@Inject(UnsavedStatesService) private readonly unsaved: UnsavedStatesService) {}

  @Put()
  @HttpCode(204)
  @Describe({
    id: 'keepUnsavedState',
    summary: 'Hand over the state that terraform could not save',
    query: AttemptQuery,
    headers: CHECKSUM,
    bodyType: 'application/octet-stream',
    status: 204,
  })
  async keep(
    @CallerParam() caller: AgentCaller,
    @Param('id') id: string,
    @Query(new ZodPipe(AttemptQuery)) { attempt }: AttemptQuery,
    @Req() request: Request,
  ): Promise<void> {
    const { content } = await checkedBody(request, { what: 'an unsaved state', maxMb: MAX_MB });
    if (!isUuid(id)) {
      throw staleAttempt(id, attempt);
    }
    await this.unsaved.keep(caller, id, attempt, content);
  }
}
