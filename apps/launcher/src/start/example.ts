import { readdir } from 'node:fs/promises';
import { create } from 'tar';
import { z } from 'zod';
import { waitUntil } from '@berth/private-servers';
import { ApiClient, ApiRefusal } from './api-client.js';
import { isSettled, nextExampleStep, taskSchema } from './example-task.js';
import type { ExampleTask } from './example-task.js';

const WORKSPACE = 'hello';
/** The first plan of all downloads terraform itself. */
const PLAN_DEADLINE_MS = 300_000;

const withIdSchema = z.object({ id: z.string() });
const tasksSchema = z.object({ items: z.array(taskSchema) });

interface ExampleOptions {
  apiUrl: string;
  apiKey: string;
  /** The folder with the configuration. */
  directory: string;
  say: (message: string) => void;
  signal: AbortSignal;
}

/** Makes sure that the workspace `hello` has a plan that waits for the newcomer, and gives back its task. */
export async function provideExample(options: ExampleOptions): Promise<ExampleTask> {
  const { apiUrl, apiKey, directory, say, signal } = options;
  const api = new ApiClient(apiUrl, apiKey, signal);
  const workspace = await ensureWorkspace(api);
  const tasks = await api.get(
    `/api/v1/tasks?workspaceId=${encodeURIComponent(workspace.id)}&limit=100`,
    tasksSchema,
  );
  const step = nextExampleStep(tasks.items);
  if (step.kind === 'report') {
    return step.task;
  }
  const task = step.kind === 'wait' ? step.task : await createTask(api, workspace.id, directory);
  say(`planning examples/${WORKSPACE} (task ${task.id})`);
  return waitForPlan(api, task, { say, signal });
}

async function ensureWorkspace(api: ApiClient): Promise<{ id: string }> {
  try {
    return await api.get(`/api/v1/workspaces/${WORKSPACE}`, withIdSchema);
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 404) {
      return api.post('/api/v1/workspaces', { name: WORKSPACE, engine: 'terraform' }, withIdSchema);
    }
    throw error;
  }
}

async function createTask(api: ApiClient, workspaceId: string, directory: string): Promise<ExampleTask> {
  const archive = await archiveOf(directory);
  const path = `/api/v1/workspaces/${WORKSPACE}/configurations`;
  const configuration = await api.upload(path, archive, withIdSchema);
  return api.post(
    '/api/v1/tasks',
    {
      workspaceId,
      operation: 'plan_and_apply',
      configurationId: configuration.id,
      message: 'The first plan: look at it, then confirm it',
    },
    taskSchema,
  );
}

/** The configuration as tar.gz, without what a terraform run in that folder may have left there. */
export async function archiveOf(directory: string): Promise<Uint8Array<ArrayBuffer>> {
  const names = (await readdir(directory)).filter(
    (name) => !name.startsWith('.') && !name.includes('.tfstate'),
  );
  const chunks: Buffer[] = [];
  for await (const chunk of create({ cwd: directory, gzip: true, portable: true }, names.sort())) {
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

async function waitForPlan(
  api: ApiClient,
  created: ExampleTask,
  { say, signal }: Pick<ExampleOptions, 'say' | 'signal'>,
): Promise<ExampleTask> {
  let task = created;
  say(`hello: ${task.status}`);
  const settled = async () => {
    const found = await api.get(`/api/v1/tasks/${encodeURIComponent(created.id)}`, taskSchema);
    if (found.status !== task.status) {
      say(`hello: ${found.status}`);
    }
    task = found;
    return isSettled(found);
  };
  await waitUntil(settled, { deadlineMs: PLAN_DEADLINE_MS, everyMs: 300, signal });
  return task;
}
