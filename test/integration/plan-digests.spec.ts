import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { PlanDigests } from '@berth/domain';
import {
  confirmTask,
  createTask,
  readTask,
  releaseReservation,
  type Assignment,
  type TaskWithReservation,
} from '@berth/persistence';
import { describePlan, finishPlan, reportFailure, storePlanFile } from '../support/its-agent.js';
import { Fleet } from '../support/fleet.js';
import { accept, claim } from '../support/planned-task.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const DIGESTS: PlanDigests = {
  version: 1,
  keyId: '0'.repeat(16),
  effects: hashOf('effects'),
  context: hashOf('context'),
  inputs: hashOf('inputs'),
  entries: { 'terraform_data.a': '1'.repeat(16), 'terraform_data.b': '2'.repeat(16) },
  settings: { files: '1'.repeat(16), 'variable x': '2'.repeat(16) },
};

describe('a task that plans again', () => {
  let db: TestDatabase;
  let fleet: Fleet;
  let taskId: string;

  beforeAll(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
  });

  afterEach(async () => {
    await db.database.rows('truncate agents, slots, agent_heartbeats, tasks, workspaces cascade');
  });

  afterAll(async () => {
    await db.drop();
  });

  async function begin(operation: 'plan' | 'plan_and_apply' = 'plan_and_apply'): Promise<void> {
    await fleet.agent('a', 1);
    ({ id: taskId } = await fleet.task(await fleet.workspace(), operation));
  }

  /** Planned and told to the api, and not yet to the scheduler. */
  async function store(digests: PlanDigests | null): Promise<Assignment> {
    const [assignment] = await claim(db.database);
    await accept(db.database, assignment!);
    const { attempt } = assignment!;
    await storePlanFile(db.database, {
      taskId,
      attempt,
      hash: hashOf(`plan ${attempt}`),
      sizeBytes: 1,
      sealedFile: Buffer.from('x'),
    });
    const described = await describePlan(db.database, {
      taskId,
      attempt,
      document: {},
      digests,
      lockFile: null,
      lockWithoutHashes: false,
      modulesDigest: null,
      notRestorable: null,
    });
    expect(described).toBe(true);
    return assignment!;
  }

  async function plan(digests: PlanDigests | null): Promise<TaskWithReservation> {
    const { attempt } = await store(digests);
    await finishPlan(db.database, {
      taskId,
      attempt,
      planHash: hashOf(`plan ${attempt}`),
      hasChanges: true,
      changes: { add: 1, change: 0, destroy: 0 },
      record: {},
      reservationSeconds: 60,
      actor: 'agent:a',
    });
    const task = await readTask(db.database, fleet.organizationId, taskId);
    return task!;
  }

  async function sendBack(): Promise<void> {
    await releaseReservation(db.database, {
      taskId,
      comment: null,
      actor: 'user:test',
    });
    const [task] = await db.database.rows<{ hash: string }>(
      'select plan_hash as hash from tasks where id = $1',
      [taskId],
    );
    await confirmTask(db.database, {
      taskId,
      planHash: task!.hash,
      comment: null,
      actor: 'user:test',
      principal: 'key:test',
      isPerson: false,
    });
  }

  async function lastEvent(): Promise<{ message: string; data: Record<string, unknown> }> {
    const [event] = await db.database.rows<{ message: string; data: Record<string, unknown> }>(
      "select message, data from task_events where task_id = $1 and event like 'finish%' order by id desc limit 1",
      [taskId],
    );
    return event!;
  }

  it('says that a first plan is one, with its digests in task and timeline', async () => {
    await begin();
    expect(await plan(DIGESTS)).toMatchObject({
      planIdentical: null,
      effectsDigest: DIGESTS.effects,
      contextDigest: DIGESTS.context,
      inputsDigest: DIGESTS.inputs,
      digestVersion: 1,
      digestKeyId: DIGESTS.keyId,
    });
    expect(await lastEvent()).toEqual({
      message: 'planned: 1 to add, 0 to change, 0 to destroy; waits for confirmation',
      data: {
        add: 1,
        change: 0,
        destroy: 0,
        planHash: hashOf('plan 1'),
        effectsDigest: DIGESTS.effects,
        contextDigest: DIGESTS.context,
        inputsDigest: DIGESTS.inputs,
        digestVersion: 1,
        digestKeyId: DIGESTS.keyId,
      },
    });
  });

  it('says that the new plan is identical where all three digests are equal', async () => {
    await begin();
    await plan(DIGESTS);
    await sendBack();
    expect(await plan(DIGESTS)).toMatchObject({ attempt: 2, planIdentical: true });
    expect(await lastEvent()).toMatchObject({
      message:
        'planned: 1 to add, 0 to change, 0 to destroy; identical to the plan before; waits for confirmation',
      data: { comparison: { kind: 'identical' } },
    });
  });

  it.each<[string, PlanDigests, string, object]>([
    [
      'settings',
      { ...DIGESTS, inputs: hashOf('other'), settings: { ...DIGESTS.settings, files: '3'.repeat(16) } },
      'same changes, other settings: files',
      { kind: 'same_effects', settings: ['files'] },
    ],
    [
      'changes',
      { ...DIGESTS, effects: hashOf('other'), entries: { 'terraform_data.b': '3'.repeat(16) } },
      'other changes than before: gone terraform_data.a; changed terraform_data.b',
      {
        kind: 'different',
        entries: { added: [], gone: ['terraform_data.a'], changed: ['terraform_data.b'] },
      },
    ],
    [
      'a key',
      { ...DIGESTS, keyId: '1'.repeat(16) },
      'cannot be compared with the plan before: their digests were made under other keys',
      { kind: 'not_comparable', reason: 'their digests were made under other keys' },
    ],
  ])('says what differs where the new plan has other %s', async (_what, other, words, comparison) => {
    await begin();
    await plan(DIGESTS);
    await sendBack();
    expect(await plan(other)).toMatchObject({ planIdentical: false, effectsDigest: other.effects });
    const { message, data } = await lastEvent();
    expect(message).toBe(`planned: 1 to add, 0 to change, 0 to destroy; ${words}; waits for confirmation`);
    expect(data['comparison']).toEqual(comparison);
  });

  it('compares with the plan that people were told of, and with none that was lost on its way', async () => {
    await begin();
    await plan(DIGESTS);
    await sendBack();
    const other = { ...DIGESTS, effects: hashOf('other'), entries: {} };
    const lost = await store(other);
    await reportFailure(
      db.database,
      {
        ...lost,
        failure: { code: 'AGENT_LOST', class: 'transient', message: 'lost' },
        interrupted: true,
        stopped: false,
        record: {},
        actor: 'registry',
      },
      { firstDelayMs: 0, maxDelayMs: 0 },
    );
    expect(await plan(other)).toMatchObject({ attempt: 3, planIdentical: false });
    expect((await lastEvent()).data['comparison']).toMatchObject({ kind: 'different' });
  });

  it('has no second plan where only the first one was lost on its way', async () => {
    await begin();
    const lost = await store(DIGESTS);
    await reportFailure(
      db.database,
      {
        ...lost,
        failure: { code: 'AGENT_LOST', class: 'transient', message: 'lost' },
        interrupted: true,
        stopped: false,
        record: {},
        actor: 'registry',
      },
      { firstDelayMs: 0, maxDelayMs: 0 },
    );
    expect(await plan(DIGESTS)).toMatchObject({ attempt: 2, planIdentical: null });
  });

  it.each<[string, PlanDigests | null, PlanDigests | null]>([
    ['the plan before has none, as one of an older agent', null, DIGESTS],
    ['the new plan has none', DIGESTS, null],
    ['neither has any', null, null],
  ])('never calls plans identical where %s', async (_what, before, after) => {
    await begin();
    expect(await plan(before)).toMatchObject({ planIdentical: null, effectsDigest: before?.effects ?? null });
    await sendBack();
    expect(await plan(after)).toMatchObject({ planIdentical: false, digestVersion: after?.version ?? null });
    expect((await lastEvent()).message).toContain('cannot be compared with the plan before');
  });

  it('hands the digests on to the task that applies the plan', async () => {
    await begin('plan');
    const { workspaceId, configurationId, planHash } = await plan(DIGESTS);
    const apply = await createTask(db.database, {
      organizationId: fleet.organizationId,
      operation: 'apply',
      workspaceId: workspaceId!,
      configurationId,
      source: null,
      planTaskId: taskId,
      planHash,
      message: null,
      priority: 0,
      targets: [],
      replace: [],
      refreshOnly: false,
      autoApply: true,
      actor: 'user:test',
    });
    expect(await readTask(db.database, fleet.organizationId, apply.id)).toMatchObject({
      effectsDigest: DIGESTS.effects,
      inputsDigest: DIGESTS.inputs,
    });
  });

  it('keeps the digests of the plan that it waits with, and no others', async () => {
    await begin();
    await plan(DIGESTS);
    await sendBack();
    await plan(DIGESTS);
    expect(await db.database.rows('select plan_hash from plan_digests')).toEqual([
      { plan_hash: hashOf('plan 2') },
    ]);
  });
});
