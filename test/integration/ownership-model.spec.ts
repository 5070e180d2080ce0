import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isFinal, mayMove, type TaskPhase, type TaskStatus, type TaskVerb } from '@berth/domain';
import {
  acceptTask,
  claimTasks,
  confirmTask,
  expireReservations,
  releaseTask,
  stopTask,
} from '@berth/persistence';
import fc from 'fast-check';
import { finishPlan, finishTask, recordLateResult, refuseTask, reportFailure } from '../support/its-agent.js';
import { Fleet, LIMITS, loseSilentAgents, RETRY } from '../support/fleet.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

const HASH = 'a'.repeat(64);
const AGENTS = ['a', 'b'];
const RUNS = 60;
const PEOPLE = ['confirm', 'cancel', 'discard', 'force_cancel'];

interface Seen {
  readonly id: string;
  readonly status: TaskStatus;
  readonly attempt: number;
}

/** What may be said about a task: `back` says it for an attempt that is over, `twice` says it again at once. */
const step = fc.oneof(
  fc.record({ do: fc.constantFrom('create', 'claim', 'expire', 'lose', 'return') }),
  fc.record({
    do: fc.constantFrom(
      'accept',
      'accept',
      'plan',
      'plan',
      'finish',
      'fail',
      'interrupt',
      'refuse',
      'release',
      'late',
      'confirm',
      'confirm',
      'cancel',
      'discard',
      'force_cancel',
    ),
    task: fc.nat(7),
    back: fc.constantFrom(0, 0, 0, 1),
    twice: fc.boolean(),
  }),
);
type Step = { do: string; task?: number; back?: number; twice?: boolean };

describe('ownership under late, repeated and reordered messages', () => {
  let db: TestDatabase;
  let fleet: Fleet;
  const sessions = new Map<string, string>();

  beforeAll(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
  });

  afterAll(async () => {
    await db.drop();
  });

  async function tasks(): Promise<Seen[]> {
    return db.database.rows<Seen>('select id, status, attempt from tasks order by created_at, id');
  }

  async function say(verb: string, taskId: string, attempt: number): Promise<unknown> {
    const { database } = db;
    const actor = 'agent:test';
    const failure = { code: 'TEST', class: 'transient', message: 'for now' } as const;
    const record = {};
    switch (verb) {
      case 'accept': {
        const [place] = await database.rows<{ agentId: string; slotId: number; phase: TaskPhase }>(
          'select agent_id as "agentId", slot_id as "slotId", phase from tasks where id = $1 and agent_id is not null',
          [taskId],
        );
        return (
          place &&
          acceptTask(database, { taskId, attempt, ...place, sessionId: sessions.get(place.agentId) ?? '' })
        );
      }
      case 'plan':
        return finishPlan(database, {
          taskId,
          attempt,
          planHash: HASH,
          hasChanges: true,
          changes: { add: 1, change: 0, destroy: 0 },
          record,
          reservationSeconds: 60,
          actor,
        });
      case 'finish':
        return finishTask(database, { taskId, attempt, phase: 'apply', changes: null, record, actor });
      case 'fail':
      case 'interrupt':
        return reportFailure(
          database,
          { taskId, attempt, failure, interrupted: verb === 'interrupt', stopped: true, record, actor },
          RETRY,
        );
      case 'refuse':
        return refuseTask(database, { taskId, attempt, failure, actor }, RETRY);
      case 'release':
        return releaseTask(database, {
          taskId,
          attempt,
          delayMs: 0,
          countsAsRetry: false,
          failure: null,
          actor: 'scheduler',
          message: 'returned',
        });
      case 'late':
        return recordLateResult(database, {
          taskId,
          attempt,
          phase: 'apply',
          nothingToLookAt: true,
          message: 'applied',
          record,
          actor,
        });
      case 'confirm':
        return confirmTask(database, {
          taskId,
          planHash: null,
          comment: null,
          actor: 'user:test',
          principal: 'key:test',
          isPerson: false,
        });
      default:
        return stopTask(database, {
          taskId,
          request: verb === 'discard' ? 'discard' : verb === 'cancel' ? 'cancel' : 'force_cancel',
          comment: null,
          actor: 'user:test',
        });
    }
  }

  async function take(one: Step, workspaces: readonly string[], count: number): Promise<void> {
    const { database } = db;
    switch (one.do) {
      case 'create':
        await fleet.task(workspaces[count % workspaces.length] ?? '', 'plan_and_apply', {
          autoApply: count % 3 === 0,
        });
        return;
      case 'claim':
        // Retry times have come: the model has no clock.
        await database.rows('update tasks set run_after = now()');
        await Promise.all([1, 2].map(async () => claimTasks(database, { limit: 10, leaseSeconds: 30 })));
        return;
      case 'expire':
        await database.rows(
          "update slots set reserved_until = now() - interval '1 second' where state = 'reserved' and slot_id = 1",
        );
        await expireReservations(database, 10);
        return;
      case 'lose':
        await database.rows(
          "update agent_heartbeats set at = now() - interval '1 minute' where agent_id = 'a'",
        );
        await loseSilentAgents(database, LIMITS, RETRY);
        return;
      case 'return':
        sessions.set('a', await fleet.agent('a', 2));
        return;
      default: {
        const present = await tasks();
        const task = present[(one.task ?? 0) % Math.max(1, present.length)];
        if (task !== undefined) {
          const attempt = Math.max(1, task.attempt - (one.back ?? 0));
          const answer = await say(one.do, task.id, attempt);
          if (attempt < task.attempt && !PEOPLE.includes(one.do)) {
            // A word for an attempt that is over is no error, and changes nothing.
            expect(answer ?? false).toBe(false);
          }
          if (one.twice === true) {
            await say(one.do, task.id, attempt);
          }
        }
      }
    }
  }

  /** Empty where everything holds. */
  async function broken(before: readonly Seen[], after: readonly Seen[]): Promise<string[]> {
    const faults: string[] = [];
    for (const old of before) {
      const now = after.find((task) => task.id === old.id);
      if (now === undefined || now.attempt < old.attempt) {
        faults.push(`the attempt of ${old.id} went back`);
      }
      if (isFinal(old.status) && now?.status !== old.status) {
        faults.push(`${old.id} was ${old.status} and is ${String(now?.status)}`);
      }
    }
    const wrong = await db.database.rows<{ fault: string }>(
      `select 'working task ' || t.id || ' has no running slot of its attempt' as fault from tasks t
       where t.status in ('assigned', 'planning', 'applying', 'running') and not exists (
         select 1 from slots s where s.task_id = t.id and s.state = 'running' and s.attempt = t.attempt
           and s.agent_id = t.agent_id and s.slot_id = t.slot_id)
       union all
       select 'slot ' || s.agent_id || '/' || s.slot_id || ' runs for a task that is not at work' from slots s
       join tasks t on t.id = s.task_id
       where s.state = 'running' and t.status not in ('assigned', 'planning', 'applying', 'running')
       union all
       select 'slot ' || s.agent_id || '/' || s.slot_id || ' is reserved for a task that waits for nobody' from slots s
       join tasks t on t.id = s.task_id
       where s.state = 'reserved' and t.status not in ('apply_pending', 'apply_queued')
       union all
       select 'queued apply ' || t.id || ' has no reserved slot' from tasks t
       where t.status = 'apply_queued' and not exists (
         select 1 from slots s where s.task_id = t.id and s.state = 'reserved')
       union all
       select 'workspace ' || workspace_id || ' has a waiting task and no head' from tasks t
       where writing and not lane_head and finished_at is null
         and not exists (select 1 from workspaces w where w.id = t.workspace_id and w.needs_attention)
         and not exists (select 1 from tasks h where h.workspace_id = t.workspace_id and h.writing and h.lane_head
           and h.finished_at is null)`,
    );
    return [...faults, ...wrong.map((row) => row.fault)];
  }

  async function brokenTimelines(): Promise<string[]> {
    const moves = await db.database.rows<{
      task: string;
      event: string;
      from: TaskStatus | null;
      to: TaskStatus;
    }>(
      `select task_id as task, event, from_status as "from", to_status as "to" from task_events
       where from_status is distinct from to_status order by task_id, id`,
    );
    return moves.flatMap((move, n) => {
      const previous = moves[n - 1]?.task === move.task ? moves[n - 1] : undefined;
      const chained = move.from === (previous?.to ?? null);
      const legal = move.from === null || mayMove(move.from, move.event as TaskVerb, move.to);
      return chained && legal ? [] : [`${move.task}: ${String(move.from)} ${move.event} ${move.to}`];
    });
  }

  it(`keeps one owner an attempt, final what is final, and a slot to a task, in ${RUNS} histories`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
        await db.database.rows('truncate agents, slots, agent_heartbeats, tasks, workspaces cascade');
        const workspaces = await Promise.all([fleet.workspace(), fleet.workspace()]);
        for (const agent of AGENTS) {
          sessions.set(agent, await fleet.agent(agent, 2));
        }
        await fleet.task(workspaces[0], 'plan_and_apply');
        await fleet.task(workspaces[1], 'plan_and_apply');
        let before = await tasks();
        for (const [count, one] of steps.entries()) {
          await take(one, workspaces, count);
          const after = await tasks();
          expect(await broken(before, after)).toEqual([]);
          before = after;
        }
        expect(await brokenTimelines()).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  }, 240_000);
});
