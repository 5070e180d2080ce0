import { Controller, HttpCode, Inject, Param, Put, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import { CallerParam, OpenTo, type AgentCaller } from '../auth/caller.js';
import { API_ENV, type ApiEnv } from '../env.js';
import { Describe } from '../openapi/describe.js';
import { isUuid } from '../paging.js';
import { staleAttempt } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { UnsavedStatesService } from '../states/unsaved-states.service.js';
import { AttemptQuery } from './attempt-query.js';
import { checkedBody } from './checked-body.js';

/** What an apply could not save is taken also after its task has ended: it is the only copy. */
@Controller('agent/v1/tasks/:id/unsaved-state')
@OpenTo('agent')
export class UnsavedStateController {
  constructor(
    @Inject(UnsavedStatesService) private readonly unsaved: UnsavedStatesService,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  @Put()
  @HttpCode(204)
  @Describe({
    summary: 'Hand over the state that terraform could not save',
    query: AttemptQuery,
    bodyType: 'application/octet-stream',
    status: 204,
  })
  async keep(
    @CallerParam() caller: AgentCaller,
    @Param('id') id: string,
    @Query(new ZodPipe(AttemptQuery)) { attempt }: AttemptQuery,
    @Req() request: Request,
  ): Promise<void> {
    const expected = {
      what: 'an unsaved state',
      maxMb: this.env.BERTH_MAX_STATE_MB,
      setting: 'BERTH_MAX_STATE_MB',
    };
    const { content } = await checkedBody(request, expected);
    if (!isUuid(id)) {
      throw staleAttempt(id, attempt);
    }
    await this.unsaved.keep(caller, id, attempt, content);
  }
}
