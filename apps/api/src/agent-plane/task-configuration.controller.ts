import { StoredConfiguration } from '@berth/contracts';
import { Database, readConfigurationContent, storeFetchedConfiguration } from '@berth/persistence';
import { Controller, Get, Inject, Param, Put, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { CallerParam, OpenTo, type AgentCaller } from '../auth/caller.js';
import { checkConfiguration } from '../configurations/check-configuration.js';
import { API_ENV, type ApiEnv } from '../env.js';
import { Describe } from '../openapi/describe.js';
import { notFound, staleAttempt } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { AttemptQuery } from './attempt-query.js';
import { CHECKSUM, checkedBody } from '../bodies/checked-body.js';
import { SecretBox } from '../secrets/secret-box.js';
import { CONFIGURATION_SEAL } from '../secrets/seals.js';
import { ownedTask } from './owned-task.js';

const FetchedQuery = AttemptQuery.extend({
  commit: z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, 'must be a commit in lower-case hex'),
});
type FetchedQuery = z.infer<typeof FetchedQuery>;

/** The configuration of a task: fetched from here, after an agent has brought it here where it comes from git. */
@Controller('agent/v1/tasks/:id/configuration')
@OpenTo('agent')
export class TaskConfigurationController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SecretBox) private readonly box: SecretBox,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  @Get()
  @Describe({
    id: 'readTaskConfiguration',
    summary: 'The configuration’s bytes',
    query: AttemptQuery,
    answerType: 'application/gzip',
  })
  async read(
    @CallerParam() caller: AgentCaller,
    @Param('id') id: string,
    @Query(new ZodPipe(AttemptQuery)) query: AttemptQuery,
    @Res() response: Response,
  ): Promise<void> {
    const task = await ownedTask(this.database, caller, id, query.attempt);
    const stored =
      task.configurationId === null
        ? null
        : await readConfigurationContent(this.database, task.configurationId);
    if (stored === null) {
      throw notFound('configuration of task', id);
    }
    const content = stored.isSealed ? this.box.open(CONFIGURATION_SEAL, stored.content) : stored.content;
    response.status(200).type('application/gzip').send(content);
  }

  @Put()
  @Describe({
    id: 'storeTaskConfiguration',
    summary: 'Store what was fetched from the task’s git source, as tar.gz; a task that has it keeps it',
    query: FetchedQuery,
    headers: CHECKSUM,
    bodyType: 'application/octet-stream',
    answer: StoredConfiguration,
  })
  async store(
    @CallerParam() caller: AgentCaller,
    @Param('id') id: string,
    @Query(new ZodPipe(FetchedQuery)) { attempt, commit }: FetchedQuery,
    @Req() request: Request,
  ): Promise<StoredConfiguration> {
    const maxMb = this.env.BERTH_MAX_CONFIGURATION_MB;
    const { content } = await checkedBody(request, {
      what: 'a configuration',
      maxMb,
      setting: 'BERTH_MAX_CONFIGURATION_MB',
    });
    await ownedTask(this.database, caller, id, attempt);
    const checked = await checkConfiguration(content, maxMb);
    const stored = await storeFetchedConfiguration(this.database, {
      by: caller,
      taskId: id,
      attempt,
      commit,
      sha256: checked.sha256,
      sizeBytes: content.length,
      sealedContent: this.box.seal(CONFIGURATION_SEAL, content),
      actor: `agent:${caller.agentId}`,
    });
    if (stored === null) {
      throw staleAttempt(id, attempt);
    }
    return stored;
  }
}
