import { archiveOf } from '../start/example.js';
import { isInTheWay, isMadeByDemo } from './demo-task.js';
import type { DemoTask } from './demo-task.js';
import type { DemoWorkspace, Platform } from './platform.js';

export const WORKSPACE = 'demo';
const VARIABLE = 'greeting';
/** Begins every greeting that the demo sets. */
const GREETING = 'hello from npm run demo';

/** The demo's workspace: made where it is missing, and never somebody else's of the same name. */
export async function ensureWorkspace(platform: Platform): Promise<DemoWorkspace> {
  const found = await platform.workspace(WORKSPACE);
  if (found === undefined) {
    return platform.createWorkspace(WORKSPACE);
  }
  if (!(await isOurs(platform, found))) {
    throw new Error(
      `a workspace ${WORKSPACE} is there that was not made by the demo, and its configuration is left alone: ` +
        'rename or remove it',
    );
  }
  return found;
}

/** An applied demo would destroy whatever else a workspace holds, so its marks have to be there. */
async function isOurs(platform: Platform, workspace: DemoWorkspace): Promise<boolean> {
  if (workspace.currentConfigurationId === null) {
    return true;
  }
  const greeting = await platform.variable(workspace.id, VARIABLE);
  return greeting?.startsWith(GREETING) === true || (await platform.tasks(workspace.id)).some(isMadeByDemo);
}

/** Throws where a task that is not the demo's own keeps it from starting. */
export function expectWayIsFree(tasks: readonly DemoTask[]): void {
  const others = tasks.find((task) => isInTheWay(task) && !isMadeByDemo(task));
  if (others !== undefined) {
    throw new Error(
      `task ${others.id} (${others.operation ?? 'build'}, ${others.status}) is in the way in workspace ${WORKSPACE} ` +
        'and was not made by the demo: confirm, discard or cancel it first',
    );
  }
}

/** Another greeting each time, so that there is always something to change. */
export async function changeGreeting(platform: Platform, { id }: DemoWorkspace): Promise<void> {
  await platform.putVariable(id, VARIABLE, `${GREETING} at ${new Date().toISOString()}`);
}

/** The configuration's id. The greeting comes first: it is what the workspace is known by as the demo's. */
export async function uploadExample(
  platform: Platform,
  workspace: DemoWorkspace,
  directory: string,
): Promise<string> {
  await changeGreeting(platform, workspace);
  const { id } = await platform.upload(workspace.id, await archiveOf(directory));
  return id;
}
