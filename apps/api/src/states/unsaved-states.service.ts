import { createHash } from 'node:crypto';
import type { UnsavedState } from '@berth/contracts';
import {
  Database,
  discardUnsavedState,
  keepUnsavedState,
  listUnsavedStates,
  newestState,
  pushUnsavedState,
  readUnsavedState,
  type UnsavedState as UnsavedStateRow,
} from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { AgentCaller, UserCaller } from '../auth/caller.js';
import { isUuid } from '../paging.js';
import { notFound, ProblemError, staleAttempt } from '../problems/problem-error.js';
import { SecretBox } from '../secrets/secret-box.js';
import { parseState, withSerial } from './state-content.js';
import { stateLocked, StatesService } from './states.service.js';

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
      organizationId: caller.organizationId,
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
   * Makes it the newest state, on top of the one that is the newest now. Pushing what is the newest state already only
   * says so.
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
    const serial = movedOn ? Number(newest.serial) + 1 : state.serial;
    const { organizationId, actor } = caller;
    const pushing = await pushUnsavedState(this.database, {
      id,
      organizationId,
      workspaceId,
      actor,
      seenNumber: newest?.number ?? null,
      version: isThere
        ? null
        : this.states.seal({ serial, lineage: state.lineage, content: withSerial(content, serial) }),
    });
    switch (pushing.outcome) {
      case 'pushed':
        return unsavedStateJson(await this.read(workspaceId, id));
      case 'resolved':
        throw alreadyResolved(id);
      case 'moved_on':
        throw new ProblemError(
          409,
          'STATE_MOVED_ON',
          'somebody has written another state in this moment: look at it, then push or discard this one',
        );
      case 'locked':
        throw stateLocked(pushing.lock);
    }
  }

  /** @throws ProblemError 404, 409 */
  async discard(caller: UserCaller, workspaceId: string, id: string): Promise<UnsavedState> {
    await this.open(workspaceId, id);
    if (!(await discardUnsavedState(this.database, { id, workspaceId, actor: caller.actor }))) {
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
