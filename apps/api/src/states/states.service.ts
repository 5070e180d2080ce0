import { createHash } from 'node:crypto';
import type { StateVersion } from '@berth/contracts';
import {
  Database,
  isStateMissing,
  newestState,
  readStateVersion,
  writeState,
  type StateCaller,
  type StateLock,
  type StateVersionContent,
  type StateVersionHead,
  type StateVersionRow,
} from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../auth/caller.js';
import { isUuid } from '../paging.js';
import { notFound, ProblemError, staleAttempt } from '../problems/problem-error.js';
import { SecretBox } from '../secrets/secret-box.js';
import { parseState, withSerial } from './state-content.js';

const STATE_SEAL = 'state';

interface PlainState {
  readonly serial: number;
  readonly lineage: string;
  readonly content: Buffer;
}

/** Versions of workspaces' states, sealed at rest. A version without content says that the state was deleted. */
@Injectable()
export class StatesService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SecretBox) private readonly box: SecretBox,
  ) {}

  /**
   * The newest state's bytes, null where there surely is none: a run would make everything again. Whoever pushes a state
   * reads it first, so a person is not kept from that. @throws ProblemError 409 where one should be there
   */
  async contentForRun(workspaceId: string): Promise<Buffer | null> {
    const state = await this.content(workspaceId);
    if (state === null && (await isStateMissing(this.database, workspaceId))) {
      throw new ProblemError(
        409,
        'STATE_MISSING',
        'tasks of this workspace have made resources, and no version of its state is there: restore a backup of the database, push the state with your own terraform, or DELETE it to say that there is none',
      );
    }
    return state?.content ?? null;
  }

  /** The newest state's bytes, null where there is none. */
  async content(workspaceId: string): Promise<{ version: StateVersionRow; content: Buffer } | null> {
    const version = await newestState(this.database, workspaceId);
    return version === null || version.sizeBytes === 0 ? null : { version, content: this.open(version) };
  }

  /** @throws ProblemError 404 */
  async version(workspaceId: string, id: string): Promise<{ version: StateVersionRow; content: Buffer }> {
    const version = isUuid(id) ? await readStateVersion(this.database, workspaceId, id) : null;
    if (version === null) {
      throw notFound('state version', id);
    }
    return { version, content: this.open(version) };
  }

  /** @throws ProblemError 400, 409, 423 */
  async write(
    organizationId: string,
    workspaceId: string,
    caller: Caller,
    lockId: string | null,
    content: Buffer,
  ): Promise<StateVersionHead> {
    const { serial, lineage } = parseState(content);
    return this.store(organizationId, workspaceId, caller, lockId, { serial, lineage, content });
  }

  /** An older version becomes the newest, with the next serial, so that terraform takes it for newer than all. */
  async restore(
    organizationId: string,
    workspaceId: string,
    caller: Caller,
    id: string,
  ): Promise<StateVersionHead> {
    const { version, content } = await this.version(workspaceId, id);
    if (version.sizeBytes === 0) {
      throw new ProblemError(
        422,
        'EMPTY_STATE_VERSION',
        'this version says that the state was deleted; restore another one',
      );
    }
    const newest = await newestState(this.database, workspaceId);
    const serial = Number(newest?.serial ?? 0) + 1;
    return this.store(organizationId, workspaceId, caller, null, {
      serial,
      lineage: version.lineage,
      content: withSerial(content, serial),
    });
  }

  /** The state is gone, its older versions are not. */
  async delete(organizationId: string, workspaceId: string, caller: Caller): Promise<void> {
    const newest = await newestState(this.database, workspaceId);
    const isThere = newest === null ? await isStateMissing(this.database, workspaceId) : newest.sizeBytes > 0;
    if (!isThere) {
      return;
    }
    const tombstone = {
      serial: Number(newest?.serial ?? 0) + 1,
      lineage: newest?.lineage ?? '',
      content: Buffer.alloc(0),
    };
    await this.store(organizationId, workspaceId, caller, null, tombstone);
  }

  private async store(
    organizationId: string,
    workspaceId: string,
    caller: Caller,
    lockId: string | null,
    state: PlainState,
  ): Promise<StateVersionHead> {
    const writing = await writeState(this.database, {
      organizationId,
      workspaceId,
      caller: stateCaller(caller),
      lockId,
      ...this.seal(state),
    });
    switch (writing.outcome) {
      case 'stored':
        return writing.version;
      case 'stale':
        throw staleCaller(caller);
      case 'locked':
        throw stateLocked(writing.lock);
    }
  }

  /** As a version of the state is stored. */
  seal({ serial, lineage, content }: PlainState): StateVersionContent {
    return {
      serial,
      lineage,
      sha256: createHash('sha256').update(content).digest('hex'),
      sizeBytes: content.length,
      sealedContent: this.box.seal(STATE_SEAL, content),
    };
  }

  private open(version: StateVersionRow): Buffer {
    return this.box.open(STATE_SEAL, version.sealedContent);
  }
}

export function stateLocked(lock: StateLock): ProblemError {
  return new ProblemError(423, 'STATE_LOCKED', `the state is locked by ${JSON.stringify(lock.info)}`);
}

export function stateCaller(caller: Caller): StateCaller {
  return {
    actor: caller.actor,
    task: caller.kind === 'task' ? { taskId: caller.taskId, attempt: caller.attempt } : null,
  };
}

/** The answer to an attempt that is over; only what runs inside a task can be late. */
export function staleCaller(caller: Caller): Error {
  return caller.kind === 'task'
    ? staleAttempt(caller.taskId, caller.attempt)
    : new Error('a person is never stale');
}

export function stateVersionJson(row: StateVersionHead): StateVersion {
  return {
    id: row.id,
    workspaceId: row.workspaceId,
    serial: Number(row.serial),
    lineage: row.lineage,
    sha256: row.sha256,
    sizeBytes: row.sizeBytes,
    taskId: row.taskId,
    createdAt: row.createdAt.toISOString(),
  };
}
