import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

const NAME = 'bench-confirm';
/** Begins the message of every task of the benchmark: by it the next run knows what it may cancel. */
const MESSAGE = 'bench: confirm to apply';

/** The benchmark's workspace with the configuration of examples/hello, free of what an earlier run left there. */
export async function benchWorkspace(platform, repository) {
  const workspace = await findOrCreate(platform);
  await cancelOwn(platform, workspace);
  const configuration = await platform.upload(
    `/api/v1/workspaces/${workspace.id}/configurations`,
    await archiveOf(join(repository, 'examples', 'hello', 'main.tf')),
  );
  return {
    /** Queues a task that has something to change. */
    queue: async () => {
      await platform.put(`/api/v1/workspaces/${workspace.id}/variables/greeting`, {
        value: `bench at ${new Date().toISOString()}`,
        category: 'terraform',
      });
      return platform.post('/api/v1/tasks', {
        workspaceId: workspace.id,
        operation: 'plan_and_apply',
        configurationId: configuration.id,
        autoApply: false,
        message: MESSAGE,
      });
    },
    cancelOwn: () => cancelOwn(platform, workspace),
  };
}

async function findOrCreate(platform) {
  try {
    return await platform.get(`/api/v1/workspaces/${NAME}`);
  } catch (error) {
    if (error.status === 404) {
      return platform.post('/api/v1/workspaces', { name: NAME, engine: 'terraform' });
    }
    throw error;
  }
}

async function cancelOwn(platform, workspace) {
  const { items } = await platform.get(`/api/v1/tasks?workspaceId=${workspace.id}&limit=100`);
  const unfinished = items.filter((task) => task.finishedAt === null);
  const others = unfinished.find((task) => task.message !== MESSAGE);
  if (others !== undefined) {
    throw new Error(
      `task ${others.id} (${others.status}) in workspace ${NAME} is not the benchmark's: end it`,
    );
  }
  for (const task of unfinished) {
    await platform.post(`/api/v1/tasks/${task.id}/cancel`, { comment: 'the benchmark was stopped' });
  }
}

async function archiveOf(file) {
  const archive = pack();
  archive.entry({ name: 'main.tf' }, await readFile(file));
  archive.finalize();
  return gzipSync(await buffer(archive));
}
