import { setTimeout as wait } from 'node:timers/promises';
import type { Task, UnsavedState } from '@berth/contracts';
import { ApiCaller, tarGz, type Answer } from '../support/api-caller.js';
import { OF_AN_AGENT_GONE } from './checker.js';
import type { EffectLog } from './effects.js';
import { Random } from './random.js';

const WORKSPACES = 10;
const POLL_MS = 300;
const TRY_AGAIN_MS = 400;
/** A person looks at what a lost apply has left before it is called well again. */
const LOOK_MS = 15_000;

export interface Promised {
  readonly taskId: string;
  readonly message: string;
}

/** People who plan, wait, confirm, discard and cancel, each in a workspace of their own, by whichever api answers. */
export class Load {
  readonly promised: Promised[] = [];
  private readonly apis: readonly ApiCaller[];
  private readonly open = new Set<string>();
  private isOver = false;

  constructor(
    urls: readonly string[],
    apiKey: string,
    private readonly effects: EffectLog,
    private readonly seed: number,
  ) {
    this.apis = urls.map((url) => new ApiCaller(url, apiKey));
  }

  get inFlight(): number {
    return this.open.size;
  }

  /** Begins nothing new; what was begun is taken to its end. */
  end(): void {
    this.isOver = true;
  }

  /** Ends when every task has come to its end, or when `deadline` says that it is enough. */
  async run(deadline: AbortSignal): Promise<void> {
    const people = Array.from({ length: WORKSPACES }, async (_, n) => this.person(n + 1, deadline));
    await Promise.all(people);
  }

  private async person(n: number, deadline: AbortSignal): Promise<void> {
    const random = new Random(this.seed, 'person', n);
    const workspaceId = await this.makeWorkspace(n, deadline);
    let planned: string | null = null;
    for (let count = 1; !this.isOver && !deadline.aborted; count += 1) {
      const message = `chaos-${n}-${count}`;
      const operation = random.weighted(OPERATIONS).name;
      const of = operation === 'apply' && planned !== null ? { operation, planTaskId: planned } : {};
      const autoApply = random.chance(0.25);
      const request = {
        workspaceId,
        message,
        operation: operation === 'apply' ? 'plan' : operation,
        ...of,
        // Queueing an apply is its confirmation.
        ...('planTaskId' in of ? {} : { autoApply }),
      };
      const taskId = await this.create(request, deadline);
      if (taskId === null) {
        continue;
      }
      this.promised.push({ taskId, message });
      this.open.add(taskId);
      const task = await this.follow(taskId, random, deadline);
      this.open.delete(taskId);
      planned = task?.operation === 'plan' && task.status === 'succeeded' ? task.id : null;
      if (OF_AN_AGENT_GONE.includes(task?.error?.code ?? null)) {
        await pause(LOOK_MS, deadline);
        await this.lookAfter(workspaceId, deadline);
      }
    }
  }

  private async lookAfter(workspaceId: string, deadline: AbortSignal): Promise<void> {
    const unsaved = `/api/v1/workspaces/${workspaceId}/unsaved-states`;
    const states = await this.until(deadline, 'GET', unsaved);
    for (const { id, resolution } of (states?.body as { items?: UnsavedState[] } | undefined)?.items ?? []) {
      if (resolution === null) {
        await this.until(deadline, 'POST', `${unsaved}/${id}/push`, { force: true });
      }
    }
    await this.until(deadline, 'PATCH', `/api/v1/workspaces/${workspaceId}`, { needsAttention: false });
  }

  private async makeWorkspace(n: number, deadline: AbortSignal): Promise<string> {
    const name = `chaos-${n}`;
    await this.until(deadline, 'POST', '/api/v1/workspaces', { name, engine: 'terraform' });
    const workspace = await this.until(deadline, 'GET', `/api/v1/workspaces/${name}`);
    const id = (workspace?.body as { id: string }).id;
    const archive = await tarGz(this.effects.configuration([0, 0, 1, 3][n % 4] ?? 0));
    await this.until(deadline, 'POST', `/api/v1/workspaces/${id}/configurations`, archive, {
      'content-type': 'application/gzip',
    });
    return id;
  }

  /** Null where the api says that this may not be now. */
  private async create(request: { message: string }, deadline: AbortSignal): Promise<string | null> {
    const answer = await this.until(deadline, 'POST', '/api/v1/tasks', request, {
      'idempotency-key': request.message,
    });
    return answer?.status === 201 ? (answer.body as Task).id : null;
  }

  private async follow(taskId: string, random: Random, deadline: AbortSignal): Promise<Task | null> {
    const cancelAt = random.chance(0.08) ? Date.now() + random.between(0, 5_000) : Infinity;
    while (!deadline.aborted) {
      const answer = await this.until(deadline, 'GET', `/api/v1/tasks/${taskId}`);
      const task = answer?.status === 200 ? (answer.body as Task) : null;
      if (task === null || task.finishedAt !== null) {
        return task;
      }
      if (Date.now() > cancelAt) {
        await this.until(deadline, 'POST', `/api/v1/tasks/${taskId}/cancel`, {});
      } else if (task.status === 'apply_pending') {
        await this.decide(task, random, deadline);
      } else if (task.waiting?.code === 'WORKSPACE_NEEDS_ATTENTION' && task.workspaceId !== null) {
        // An agent that was taken for lost has come back with a state that it could not save, after a person had looked.
        await this.lookAfter(task.workspaceId, deadline);
      }
      await pause(POLL_MS, deadline);
    }
    return null;
  }

  /** A few answer late enough for the reserved slot, or the reservation itself, to be gone. */
  private async decide(task: Task, random: Random, deadline: AbortSignal): Promise<void> {
    await pause(
      random.chance(0.15) ? random.between(5_000, 60_000) : random.between(0, 3_000),
      this.isOver ? AbortSignal.abort() : deadline,
    );
    const verb = random.chance(0.12) ? 'discard' : 'confirm';
    const bound = verb === 'confirm' ? { planHash: task.planHash } : {};
    await this.until(deadline, 'POST', `/api/v1/tasks/${task.id}/${verb}`, bound);
  }

  /** Asks again, of one api and the other, until one gives an answer that is not about its own trouble. */
  private async until(
    deadline: AbortSignal,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer | null> {
    for (let turn = 0; !deadline.aborted; turn += 1) {
      const api = this.apis[turn % this.apis.length];
      const answer = await api?.call(method, path, body, headers).catch(() => null);
      if (answer && answer.status < 500 && answer.status !== 429 && !isInUse(answer)) {
        if (answer.status === 400 || answer.status === 401 || answer.status === 422) {
          throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
        }
        return answer;
      }
      await pause(TRY_AGAIN_MS, deadline);
    }
    return null;
  }
}

const OPERATIONS = [
  { name: 'plan_and_apply', weight: 65 },
  { name: 'plan', weight: 18 },
  { name: 'apply', weight: 12 },
  { name: 'destroy', weight: 5 },
] as const;

/** The first try of the same request may still be on its way through another api. */
function isInUse(answer: Answer): boolean {
  return (answer.body as { code?: string } | null)?.code === 'IDEMPOTENCY_KEY_IN_USE';
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined);
}
