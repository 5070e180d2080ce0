import { createHash, randomUUID } from 'node:crypto';
import type { PushUnsavedState, UnsavedState } from '@berth/contracts';
import {
  Database,
  discardUnsavedState,
  keepUnsavedState,
  listUnsavedStates,
  newestState,
  pushUnsavedState,
  readUnsavedState,
  type StateVersionRow,
  type UnsavedState as UnsavedStateRow,
} from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { AgentCaller, UserCaller } from '../auth/caller.js';
import { isUuid } from '../paging.js';
import { notFound, ProblemError, staleAttempt } from '../problems/problem-error.js';
import { SecretBox } from '../secrets/secret-box.js';
import { stateFacts, withoutByteOrderMark } from './state-facts.js';
import { withIdentity, type StateIdentity } from './state-identity.js';
import { expectSeen, stateLocked, StatesService } from './states.service.js';
import { UNSAVED_STATE_SEAL } from '../secrets/seals.js';

/** States that terraform could not save: kept for a person, who pushes or discards them. */
@Injectable()
export class UnsavedStatesService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SecretBox) private readonly box: SecretBox,
    @Inject(StatesService) private readonly states: StatesService,
  ) {}

  /** Whatever it is: it may be the only copy of something. @throws ProblemError 409 where it is no apply of this agent */
  async keep(caller: AgentCaller, taskId: string, attempt: number, content: Buffer): Promise<void> {
    const { serial, lineage, fault } = stateFacts(withoutByteOrderMark(content));
    const kept = await keepUnsavedState(this.database, {
      organizationId: caller.organizationId,
      taskId,
      attempt,
      agentId: caller.agentId,
      serial,
      lineage,
      fault,
      sha256: createHash('sha256').update(content).digest('hex'),
      sizeBytes: content.length,
      sealedContent: this.box.seal(UNSAVED_STATE_SEAL, content),
    });
    if (!kept) {
      throw staleAttempt(taskId, attempt);
    }
  }

  async list(workspaceId: string): Promise<UnsavedState[]> {
    return (await listUnsavedStates(this.database, workspaceId)).map(unsavedStateJson);
  }

  /** As terraform has left it. @throws ProblemError 404 */
  async content(workspaceId: string, id: string): Promise<Buffer> {
    const { sealedContent } = await this.read(workspaceId, id);
    return this.box.open(UNSAVED_STATE_SEAL, sealedContent);
  }

  /**
   * Makes it the newest state, on top of the one that is the newest now. Pushing what is the newest state already only
   * says so. One that has no lineage, as that of a first apply, gets a new one.
   * @throws ProblemError 404, 409, 422, 423
   */
  async push(
    caller: UserCaller,
    workspaceId: string,
    id: string,
    { force = false, newestId }: PushUnsavedState,
  ): Promise<UnsavedState> {
    const state = await this.open(workspaceId, id);
    if (state.fault !== null) {
      throw new ProblemError(
        422,
        'UNUSABLE_STATE',
        `it cannot become the state of the workspace: ${state.fault}. Fetch it with GET …/unsaved-states/${id}/content, give ` +
          'what can be saved of it with POST …/state-versions, then discard it',
      );
    }
    const newest = await newestState(this.database, workspaceId);
    expectSeen(newest, newestId);
    const isThere = newest?.sha256 === state.sha256;
    const movedOn = newest !== null && isOvertaken(state, newest);
    if (movedOn && !isThere && !force) {
      throw new ProblemError(
        409,
        'STATE_MOVED_ON',
        `the newest state has lineage ${newest.lineage} and serial ${newest.serial}, the unsaved one ${state.lineage ?? 'none'} and ` +
          `${state.serial ?? 'none'}: somebody has written since. Compare them, then push with {"force": true} or discard it`,
      );
    }
    const next = BigInt(newest?.serial ?? 0) + 1n;
    const own = BigInt(state.serial ?? 0);
    const identity: StateIdentity = {
      serial: movedOn || own < next ? next : own,
      lineage: state.lineage ?? randomUUID(),
    };
    const { organizationId, actor } = caller;
    const pushing = await pushUnsavedState(this.database, {
      id,
      organizationId,
      workspaceId,
      actor,
      seenNumber: newest?.number ?? null,
      version: isThere ? null : this.states.seal({ ...identity, content: this.pushable(state, identity) }),
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

  private pushable({ sealedContent }: { readonly sealedContent: Buffer }, identity: StateIdentity): Buffer {
    return withIdentity(withoutByteOrderMark(this.box.open(UNSAVED_STATE_SEAL, sealedContent)), identity);
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

/** One without a lineage is the first state of its workspace, and is overtaken by any. */
function isOvertaken(
  state: Pick<UnsavedStateRow, 'serial' | 'lineage'>,
  newest: Pick<StateVersionRow, 'serial' | 'lineage' | 'sizeBytes'>,
): boolean {
  if (state.lineage === null || state.serial === null) {
    return newest.sizeBytes > 0;
  }
  return newest.lineage !== state.lineage || BigInt(newest.serial) >= BigInt(state.serial);
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
    serial: row.serial === null ? null : Number(row.serial),
    lineage: row.lineage,
    fault: row.fault,
    sha256: row.sha256,
    sizeBytes: row.sizeBytes,
    resolution: row.resolution,
    resolvedBy: row.resolvedBy,
    resolvedAt: row.resolvedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
