import { createHash } from 'node:crypto';
import { SeenState } from '@berth/contracts';
import { Database, lockState, mayUseState, unlockState, type StateLock } from '@berth/persistence';
import {
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Inject,
  Lock,
  Param,
  Post,
  Query,
  Req,
  Res,
  Unlock,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { CallerParam, OpenTo, type Caller } from '../auth/caller.js';
import { API_ENV, type ApiEnv } from '../env.js';
import { Describe } from '../openapi/describe.js';
import { USUAL_JSON } from '../openapi/json-limits.js';
import { ProblemError } from '../problems/problem-error.js';
import { StateIsLocked } from '../problems/state-is-locked.js';
import { parseJson } from '../bodies/json-body.js';
import { readBody } from '../bodies/read-body.js';
import { staleCaller, stateCaller, stateLocked, StatesService } from '../states/states.service.js';
import { SchedulerBell } from '../scheduler-bell.js';
import { workspaceGone } from '../problems/workspace-gone.js';
import { WorkspacesService } from './workspaces.service.js';

const LOCK_LIMITS = { ...USUAL_JSON, maxMb: 0.0625 };
const LockQuery = z.object({ ID: z.string().optional() });
const LockInfo = z.looseObject({ ID: z.string().min(1).max(200) });

/**
 * What terraform's own `http` backend speaks, for runs and for people: a lock that is held is 423 with the holder's
 * words, and 404 says that there is no state, which terraform takes for an empty one: a run gets it only where that is
 * sure. So a workspace that is not there is 410, at which terraform stops.
 */
@Controller('api/v1/workspaces/:workspace/terraform-state')
@OpenTo('task', 'user')
export class TerraformStateController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(WorkspacesService) private readonly workspaces: WorkspacesService,
    @Inject(StatesService) private readonly states: StatesService,
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(SchedulerBell) private readonly bell: SchedulerBell,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  @Describe({
    id: 'readTerraformState',
    permission: 'states:read',
    summary: 'terraform’s http backend: read the state',
    answerType: 'application/json',
  })
  async read(
    @CallerParam() caller: Caller,
    @Param('workspace') idOrName: string,
    @Res() response: Response,
  ): Promise<void> {
    const workspaceId = await this.workspaceOf(caller, idOrName);
    if (!(await mayUseState(this.database, stateCaller(caller), 'read'))) {
      throw staleCaller(caller);
    }
    const content =
      caller.kind === 'task'
        ? await this.states.contentForRun(workspaceId)
        : ((await this.states.content(workspaceId))?.content ?? null);
    if (content === null) {
      // Nor is it an empty state when the workspace has gone since.
      await this.workspaceOf(caller, idOrName);
      throw new ProblemError(404, 'NO_STATE', 'this workspace has no state yet');
    }
    response.status(200).type('application/json').send(content);
  }

  @Post()
  @HttpCode(200)
  @Describe({
    id: 'writeTerraformState',
    permission: 'states:write',
    summary: 'terraform’s http backend: write the state',
    query: LockQuery,
    bodyType: 'application/json',
  })
  async write(
    @CallerParam() caller: Caller,
    @Param('workspace') idOrName: string,
    @Query('ID') lockId: string | undefined,
    @Req() request: Request,
  ): Promise<void> {
    const workspaceId = await this.workspaceOf(caller, idOrName);
    if (caller.kind === 'task' && caller.phase === 'plan') {
      throw new ProblemError(403, 'FORBIDDEN', 'a plan reads and locks the state: only its apply writes it');
    }
    const content = await readBody(request, {
      what: 'a state',
      maxMb: this.env.BERTH_MAX_STATE_MB,
      setting: 'BERTH_MAX_STATE_MB',
    });
    checkMd5(request.headers['content-md5'], content);
    await this.states.write(caller.organizationId, workspaceId, caller, lockId ?? null, content);
  }

  @Delete()
  @OpenTo('user')
  @HttpCode(200)
  @Describe({
    id: 'deleteTerraformState',
    permission: 'states:write',
    summary: 'terraform’s http backend: delete the state; its versions stay',
    query: SeenState,
  })
  async delete(
    @CallerParam() caller: Caller,
    @Param('workspace') idOrName: string,
    @Query('newestId') newestId: string | undefined,
  ): Promise<void> {
    const workspaceId = await this.workspaceOf(caller, idOrName);
    await this.states.delete(caller.organizationId, workspaceId, caller, newestId);
  }

  @Lock()
  @HttpCode(200)
  @Describe({
    summary: 'terraform’s http backend: lock the state',
    permission: 'states:lock',
    bodyType: 'application/json',
  })
  async lock(
    @CallerParam() caller: Caller,
    @Param('workspace') idOrName: string,
    @Req() request: Request,
  ): Promise<void> {
    const workspaceId = await this.workspaceOf(caller, idOrName);
    const lock = await readLock(request);
    if (lock === null) {
      throw new ProblemError(400, 'MALFORMED_LOCK', 'the body must be terraform’s lock info with an "ID"');
    }
    const answer = await lockState(
      this.database,
      caller.organizationId,
      workspaceId,
      stateCaller(caller),
      lock,
    );
    if (answer.outcome === 'stale') {
      throw staleCaller(caller);
    }
    if (answer.outcome === 'locked') {
      throw new StateIsLocked(answer.lock);
    }
  }

  /** Without a body the lock is taken away by force, which only people may do. */
  @Unlock()
  @HttpCode(200)
  @Describe({
    summary: 'terraform’s http backend: unlock the state; without a body by force',
    permission: 'states:lock',
    bodyType: 'application/json',
  })
  async unlock(
    @CallerParam() caller: Caller,
    @Param('workspace') idOrName: string,
    @Req() request: Request,
  ): Promise<void> {
    const workspaceId = await this.workspaceOf(caller, idOrName);
    const lock = await readLock(request);
    if (lock === null && caller.kind === 'task') {
      throw new ProblemError(400, 'MALFORMED_LOCK', 'the body must be terraform’s lock info with an "ID"');
    }
    const { task } = stateCaller(caller);
    const holder = await unlockState(this.database, workspaceId, lock?.lockId ?? null, task);
    if (holder !== null) {
      // A run that is late must not learn what would open another's lock.
      throw task === null ? new StateIsLocked(holder) : stateLocked(holder);
    }
    this.bell.ring('task.runnable', workspaceId);
  }

  private async workspaceOf(caller: Caller, idOrName: string): Promise<string> {
    if (caller.kind !== 'task') {
      return this.existing(caller.organizationId, idOrName);
    }
    if (caller.workspaceId !== idOrName) {
      throw new ProblemError(403, 'FORBIDDEN', 'this token opens the state of its own task’s workspace only');
    }
    return caller.workspaceId;
  }

  private async existing(organizationId: string, idOrName: string): Promise<string> {
    try {
      return (await this.workspaces.find(organizationId, idOrName)).id;
    } catch (error) {
      if (error instanceof ProblemError && error.status === 404) {
        throw workspaceGone(idOrName, error);
      }
      throw error;
    }
  }
}

/** Null where there is no body. */
async function readLock(request: Request): Promise<StateLock | null> {
  const body = await readBody(request, { what: 'a lock', maxMb: LOCK_LIMITS.maxMb });
  if (body.length === 0) {
    return null;
  }
  const info = LockInfo.safeParse(parseJson(body, LOCK_LIMITS));
  if (!info.success) {
    throw new ProblemError(400, 'MALFORMED_LOCK', 'the body must be terraform’s lock info with an "ID"');
  }
  return { lockId: info.data.ID, info: info.data };
}

function checkMd5(given: string | undefined | string[], content: Buffer): void {
  if (typeof given === 'string' && given !== createHash('md5').update(content).digest('base64')) {
    throw new ProblemError(
      400,
      'CHECKSUM_MISMATCH',
      'the body does not match its Content-MD5: it was changed on the way',
    );
  }
}
