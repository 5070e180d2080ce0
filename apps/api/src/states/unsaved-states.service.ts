import { createHash } from 'node:crypto';
import type { UnsavedState } from '@berth/contracts';
import {
  Database,
  keepUnsavedState,
  listUnsavedStates,
  newestState,
  readUnsavedState,
  resolveUnsavedState,
  type UnsavedState as UnsavedStateRow,
} from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { AgentCaller, UserCaller } from '../auth/caller.js';
import { isUuid } from '../paging.js';
import { notFound, ProblemError, staleAttempt } from '../problems/problem-error.js';
import { SecretBox } from '../secrets/secret-box.js';
import { parseState } from './state-content.js';
import { StatesService } from './states.service.js';

const UNSAVED_SEAL = 'unsaved state';

/** States that terraform could not save: kept for a person, who pushes or discards them. */
@Injectable()
export class UnsavedStatesService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SecretBox) private readonly box: SecretBox,
    @Inject(StatesService) private readonly states: StatesService,
  ) {}

  /** @throws ProblemError 400 where it is no state, 409 where it is no apply of this agent */
  async keep(caller: AgentCaller, taskId: string, attempt: number, content: Buffer): Promise<void> {
    const { serial, lineage } = parseState(content);
    const kept = await keepUnsavedState(this.database, {
      taskId,
      attempt,
      agentId: caller.agentId,
      serial,
      lineage,
      sha256: createHash('sha256').update(content).digest('hex'),
      sizeBytes: content.length,
      sealedContent: this.box.seal(UNSAVED_SEAL, content),
    });
    if (!kept) {
      throw staleAttempt(taskId, attempt);
    }
  }

  async list(workspaceId: string): Promise<UnsavedState[]> {
    return (await listUnsavedStates(this.database, workspaceId)).map(unsavedStateJson);
  }

  /**
   * Makes it the newest state. Pushing what an interrupted push has stored already only completes that.
   * @throws ProblemError 404, 409, 423
   */
  async push(caller: UserCaller, workspaceId: string, id: string, force: boolean): Promise<UnsavedState> {
    const state = await this.open(workspaceId, id);
    const content = this.box.open(UNSAVED_SEAL, state.sealedContent);
    const newest = await newestState(this.database, workspaceId);
    const isThere = newest?.sha256 === state.sha256;
    const movedOn =
      newest !== null && (newest.lineage !== state.lineage || Number(newest.serial) >= state.serial);
    if (movedOn && !isThere && !force) {
      throw new ProblemError(
        409,
        'STATE_MOVED_ON',
        `the newest state has lineage ${newest.lineage} and serial ${newest.serial}, the unsaved one ${state.lineage} and ` +
          `${state.serial}: somebody has written since. Compare them, then push with {"force": true} or discard it`,
      );
    }
    if (!isThere) {
      const serial = movedOn ? Number(newest.serial) + 1 : state.serial;
      await this.states.write(caller.organizationId, workspaceId, caller, null, withSerial(content, serial));
    }
    return this.resolve(caller, workspaceId, id, 'pushed');
  }

  /** @throws ProblemError 404, 409 */
  async discard(caller: UserCaller, workspaceId: string, id: string): Promise<UnsavedState> {
    await this.open(workspaceId, id);
    return this.resolve(caller, workspaceId, id, 'discarded');
  }

  private async resolve(
    { actor }: UserCaller,
    workspaceId: string,
    id: string,
    resolution: 'pushed' | 'discarded',
  ): Promise<UnsavedState> {
    if (!(await resolveUnsavedState(this.database, { id, workspaceId, resolution, actor }))) {
      throw alreadyResolved(id);
    }
    return unsavedStateJson(await this.read(workspaceId, id));
  }

  private async open(workspaceId: string, id: string) {
    const state = await this.read(workspaceId, id);
    if (state.resolution !== null) {
      throw alreadyResolved(id);
    }
    return state;
  }

  private async read(workspaceId: string, id: string) {
    const state = isUuid(id) ? await readUnsavedState(this.database, workspaceId, id) : null;
    if (state === null) {
      throw notFound('unsaved state', id);
    }
    return state;
  }
}

/** Its bytes stay as they are where its serial does: large numbers in it would not survive being parsed. */
function withSerial(content: Buffer, serial: number): Buffer {
  if (parseState(content).serial === serial) {
    return content;
  }
  const state = JSON.parse(content.toString('utf8')) as Record<string, unknown>;
  return Buffer.from(JSON.stringify({ ...state, serial }, null, 2));
}

function alreadyResolved(id: string): ProblemError {
  return new ProblemError(409, 'ALREADY_RESOLVED', `unsaved state ${id} was pushed or discarded already`);
}

function unsavedStateJson(row: UnsavedStateRow): UnsavedState {
  return {
    id: row.id,
    workspaceId: row.workspaceId,
    taskId: row.taskId,
    attempt: row.attempt,
    serial: row.serial,
    lineage: row.lineage,
    sha256: row.sha256,
    sizeBytes: row.sizeBytes,
    resolution: row.resolution,
    resolvedBy: row.resolvedBy,
    resolvedAt: row.resolvedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
