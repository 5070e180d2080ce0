import { createHash, randomUUID } from 'node:crypto';
import type { StateVersion } from '@berth/contracts';
import {
  Database,
  isStateMissing,
  newestState,
  readStateVersion,
  readStateVersionBefore,
  replaceState,
  writeState,
  type StateReplacing,
  type StateCaller,
  type StateLock,
  type StateVersionContent,
  type StateVersionHead,
  type StateVersionRow,
  type StateWriting,
} from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { Caller, UserCaller } from '../auth/caller.js';
import { isUuid } from '../paging.js';
import { notFound, ProblemError, staleAttempt } from '../problems/problem-error.js';
import { SecretBox } from '../secrets/secret-box.js';
import { parseGivenState, parseState } from './state-content.js';
import { withoutByteOrderMark } from './state-facts.js';
import { withIdentity, type StateIdentity } from './state-identity.js';
import { STATE_SEAL } from '../secrets/seals.js';

interface PlainState extends StateIdentity {
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

  /** The one before it, null of the first. */
  async versionBefore(
    workspaceId: string,
    id: string,
  ): Promise<{ version: StateVersionRow; content: Buffer } | null> {
    const version = await readStateVersionBefore(this.database, workspaceId, id);
    return version === null ? null : { version, content: this.open(version) };
  }

  /** Of terraform, a run's or a person's. @throws ProblemError 400, 409, 423 */
  async write(
    organizationId: string,
    workspaceId: string,
    caller: Caller,
    lockId: string | null,
    content: Buffer,
  ): Promise<StateVersionHead> {
    const { serial, lineage } = parseState(content);
    const writing = await writeState(this.database, {
      organizationId,
      workspaceId,
      caller: stateCaller(caller),
      lockId,
      writer: caller.kind === 'task' ? 'run' : 'terraform',
      ...this.seal({ serial, lineage, content }),
    });
    return versionOf(writing, caller);
  }

  /**
   * A person gives a file. Where there is a state, it has to follow that one, or to be wanted by force: then its serial is
   * raised above it. One that has no lineage yet gets a new one. @throws ProblemError 400, 409, 423
   */
  async give(
    caller: UserCaller,
    workspaceId: string,
    given: Buffer,
    { force, newestId }: { readonly force: boolean; readonly newestId?: string | undefined },
  ): Promise<StateVersionHead> {
    const { organizationId } = caller;
    const content = withoutByteOrderMark(given);
    const { serial, lineage: ownLineage } = parseGivenState(content);
    const lineage = ownLineage ?? randomUUID();
    const newest = await this.newestSeen(workspaceId, newestId);
    if (force) {
      const after = BigInt(newest?.serial ?? -1) + 1n;
      const raised = { serial: serial > after ? serial : after, lineage };
      return this.replace(organizationId, workspaceId, caller, newest, {
        ...raised,
        content: withIdentity(content, raised),
      });
    }
    const writing = await writeState(this.database, {
      organizationId,
      workspaceId,
      caller: stateCaller(caller),
      lockId: null,
      writer: 'person',
      ...(newestId === undefined ? {} : { seenNumber: newest?.number }),
      ...this.seal({ serial, lineage, content: withIdentity(content, { serial, lineage }) }),
    });
    return versionOf(writing, caller, '; repeat with ?force=true to put it on top all the same');
  }

  /** An older version becomes the newest, with the next serial, so that terraform takes it for newer than all. */
  async restore(
    organizationId: string,
    workspaceId: string,
    caller: Caller,
    id: string,
    newestId?: string,
  ): Promise<StateVersionHead> {
    const newest = await this.newestSeen(workspaceId, newestId);
    const { version, content } = await this.version(workspaceId, id);
    if (version.sizeBytes === 0) {
      throw new ProblemError(
        422,
        'EMPTY_STATE_VERSION',
        'this version says that the state was deleted; restore another one',
      );
    }
    const identity = { serial: BigInt(newest?.serial ?? 0) + 1n, lineage: version.lineage };
    return this.replace(organizationId, workspaceId, caller, newest, {
      ...identity,
      content: withIdentity(content, identity),
    });
  }

  /** The state is gone, its older versions are not. */
  async delete(
    organizationId: string,
    workspaceId: string,
    caller: Caller,
    newestId?: string,
  ): Promise<void> {
    const newest = await this.newestSeen(workspaceId, newestId);
    const isThere = newest === null ? await isStateMissing(this.database, workspaceId) : newest.sizeBytes > 0;
    if (!isThere) {
      return;
    }
    const tombstone = {
      serial: BigInt(newest?.serial ?? 0) + 1n,
      lineage: newest?.lineage ?? '',
      content: Buffer.alloc(0),
    };
    await this.replace(organizationId, workspaceId, caller, newest, tombstone);
  }

  /** The newest version, on which what follows is decided; it has to be the one that the caller has seen. @throws ProblemError 409 */
  private async newestSeen(
    workspaceId: string,
    newestId: string | undefined,
  ): Promise<StateVersionRow | null> {
    const newest = await newestState(this.database, workspaceId);
    expectSeen(newest, newestId);
    return newest;
  }

  /** In the place of the version that was the newest one when this was decided, and of no other. */
  private async replace(
    organizationId: string,
    workspaceId: string,
    caller: Caller,
    seen: StateVersionRow | null,
    state: PlainState,
  ): Promise<StateVersionHead> {
    const replacing = await replaceState(this.database, {
      organizationId,
      workspaceId,
      caller: stateCaller(caller),
      lockId: null,
      seenNumber: seen?.number ?? null,
      ...this.seal(state),
    });
    return versionOf(replacing, caller);
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

/** @throws ProblemError where nothing was stored */
function versionOf(answer: StateWriting | StateReplacing, caller: Caller, instead = ''): StateVersionHead {
  switch (answer.outcome) {
    case 'stored':
      return answer.version;
    case 'stale':
      throw staleCaller(caller);
    case 'locked':
      throw stateLocked(answer.lock);
    case 'unlocked':
      throw new ProblemError(
        409,
        'STATE_NOT_LOCKED',
        'a run writes the state only while it holds the lock: it was taken away, and somebody may have written since',
      );
    case 'conflict':
      throw new ProblemError(409, 'STATE_CONFLICT', `${answer.reason}${instead}`);
    case 'moved_on':
      throw new ProblemError(
        409,
        'STATE_MOVED_ON',
        'somebody has written another state in this moment: look at it, then ask again',
      );
  }
}

/** @throws ProblemError 409 where the newest version is another one than the caller has seen, if they say which */
export function expectSeen(
  newest: Pick<StateVersionRow, 'id' | 'serial' | 'createdAt'> | null,
  newestId: string | undefined,
): void {
  if (newestId !== undefined && newest?.id !== newestId) {
    const now =
      newest === null
        ? 'there is none'
        : `it is ${newest.id} (serial ${newest.serial}, of ${newest.createdAt.toISOString()})`;
    throw new ProblemError(
      409,
      'STATE_MOVED_ON',
      `version ${newestId} is not the newest one by now: ${now}. Look at it, then decide again`,
    );
  }
}

/** Who holds it, and not the id: that is for those who may unlock. */
export function stateLocked(lock: StateLock): ProblemError {
  const { ID: _id, ...holder } = lock.info;
  return new ProblemError(423, 'STATE_LOCKED', `the state is locked by ${JSON.stringify(holder)}`);
}

export function stateCaller(caller: Caller): StateCaller {
  return {
    actor: caller.actor,
    task:
      caller.kind === 'task' ? { taskId: caller.taskId, attempt: caller.attempt, phase: caller.phase } : null,
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
