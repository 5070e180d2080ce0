import { ApiRefusal } from '../start/api-client.js';
import { isOfTheExample, isUnfinished, MESSAGE_PREFIX } from './demo-task.js';
import type { DemoEvent, DemoTask } from './demo-task.js';
import { changeGreeting } from './demo-workspace.js';
import type { DemoWorkspace } from './platform.js';
import { TaskFailed, tailOf } from './task-failed.js';
import { taskReaches } from './task-watch.js';
import type { Watch } from './task-watch.js';

/** The first plan of all downloads terraform itself. */
const PLAN_DEADLINE_MS = 300_000;
const END_DEADLINE_MS = 120_000;

/** A finished task of the demo with its timeline's lines. */
export interface DemoRun {
  title: string;
  task: DemoTask;
  events: DemoEvent[];
}

export interface RunContext extends Watch {
  workspace: DemoWorkspace;
  configurationId: string;
}

/** Changes the greeting, plans, confirms the plan and waits until it is applied. */
export async function planAndApply(context: RunContext, title: string): Promise<DemoRun> {
  await changeGreeting(context.platform, context.workspace);
  const task = await queue(context, title, { operation: 'plan_and_apply', autoApply: false });
  let seen = await taskReaches(context, task, 'apply_pending', { title, deadlineMs: PLAN_DEADLINE_MS });
  // A slot that is lost before the apply began brings the task back here, with a new plan.
  while (seen.status === 'apply_pending') {
    const confirmed = await confirm(context, seen, title);
    seen = await afterConfirmation(context, confirmed, title);
  }
  return finished(context, seen, title);
}

/** Changes the greeting, plans, and gives the finished plan to a task of its own, which applies it cold. */
export async function planThenApply(
  context: RunContext,
  planTitle: string,
  applyTitle: string,
): Promise<[DemoRun, DemoRun]> {
  await changeGreeting(context.platform, context.workspace);
  const planTask = await queue(context, planTitle, { operation: 'plan' });
  const planned = await finished(
    context,
    await taskReaches(context, planTask, 'succeeded', { title: planTitle, deadlineMs: PLAN_DEADLINE_MS }),
    planTitle,
  );
  expectPlanOfTheExample(planned.task);
  const applyTask = await queue(context, applyTitle, { operation: 'apply', planTaskId: planTask.id });
  const applied = await taskReaches(context, applyTask, 'succeeded', {
    title: applyTitle,
    deadlineMs: END_DEADLINE_MS,
  });
  return [planned, await finished(context, applied, applyTitle)];
}

async function queue(context: RunContext, title: string, request: object): Promise<DemoTask> {
  const { platform, workspace, configurationId, signal } = context;
  signal?.throwIfAborted();
  const isApply = 'planTaskId' in request;
  return platform.createTask({
    workspaceId: workspace.id,
    message: `${MESSAGE_PREFIX}${title}`,
    // An apply has the configuration of its plan.
    ...(isApply ? {} : { configurationId }),
    ...request,
  });
}

async function confirm(
  { platform, say, signal }: RunContext,
  task: DemoTask,
  title: string,
): Promise<DemoTask> {
  signal?.throwIfAborted();
  expectPlanOfTheExample(task);
  say(`${title}: confirming`);
  try {
    return await platform.confirm(task);
  } catch (error) {
    // Somebody or something was quicker; the task says how it is now.
    if (error instanceof ApiRefusal && error.status === 409) {
      return platform.task(task.id);
    }
    throw error;
  }
}

/** To its end, or to the next plan that waits for a confirmation. */
async function afterConfirmation(context: RunContext, task: DemoTask, title: string): Promise<DemoTask> {
  if (task.status === 'apply_pending' || !isUnfinished(task)) {
    return task;
  }
  return taskReaches(context, task, 'apply_pending', { title, deadlineMs: END_DEADLINE_MS });
}

function expectPlanOfTheExample(task: DemoTask): void {
  if (!isOfTheExample(task)) {
    const { add, change, destroy } = task.changes ?? { add: 0, change: 0, destroy: 0 };
    throw new Error(
      `the plan of task ${task.id} would add ${add}, change ${change} and destroy ${destroy}, where examples/hello ` +
        'adds or changes one: it is not applied',
    );
  }
}

/** @throws TaskFailed where it did not succeed */
async function finished({ platform }: RunContext, task: DemoTask, title: string): Promise<DemoRun> {
  if (task.status !== 'succeeded') {
    throw new TaskFailed(task, tailOf(await platform.log(task)));
  }
  return { title, task, events: await platform.events(task.id) };
}
