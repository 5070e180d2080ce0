import { DeadLetter, DeadLetterDocument, pageOf, ReplayedDeadLetter } from '@berth/contracts';
import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { deadLetterDocument } from './dead-letter-json.js';
import { DeadLetterListQuery } from './dead-letter-list-query.js';
import { DeadLettersService } from './dead-letters.service.js';

@Controller('api/v1/dead-letters')
export class DeadLettersController {
  constructor(@Inject(DeadLettersService) private readonly letters: DeadLettersService) {}

  @Get()
  @Describe({
    id: 'listDeadLetters',
    permission: 'dead-letters:read',
    summary: 'List dead letters, newest first; without a state the open ones',
    query: DeadLetterListQuery,
    answer: pageOf(DeadLetter),
  })
  async list(
    @CallerParam() caller: UserCaller,
    @Query(new ZodPipe(DeadLetterListQuery)) query: DeadLetterListQuery,
  ) {
    return this.letters.list(caller.organizationId, query);
  }

  @Get(':id')
  @Describe({
    id: 'readDeadLetter',
    permission: 'dead-letters:read',
    summary: 'Read a dead letter with its content',
    answer: DeadLetterDocument,
  })
  async read(@CallerParam() caller: UserCaller, @Param('id') id: string): Promise<DeadLetterDocument> {
    return deadLetterDocument(await this.letters.find(caller.organizationId, id));
  }

  @Post(':id/replay')
  @HttpCode(200)
  @Describe({
    id: 'replayDeadLetter',
    permission: 'dead-letters:write',
    summary: 'Send the message again; of a failed task, queue its work again as a new task',
    answer: ReplayedDeadLetter,
  })
  async replay(@CallerParam() caller: UserCaller, @Param('id') id: string): Promise<ReplayedDeadLetter> {
    return this.letters.replay(caller, id);
  }

  @Delete(':id')
  @HttpCode(204)
  @Describe({
    id: 'discardDeadLetter',
    permission: 'dead-letters:write',
    summary: 'Discard a dead letter',
    status: 204,
  })
  async discard(@CallerParam() caller: UserCaller, @Param('id') id: string): Promise<void> {
    await this.letters.discard(caller.organizationId, id);
  }
}
