import type { Session } from '../cli.js';
import { Ending, ExitCode, WrongUse } from '../failures.js';
import { workspaceIfNamed, type WorkspaceOption } from './workspace-option.js';

/** The run that is meant where none is named. @throws WrongUse, Ending */
export async function newestRun(session: Session, options: WorkspaceOption): Promise<string> {
  const workspaceId = await workspaceIfNamed(session, options);
  if (workspaceId === undefined) {
    throw new WrongUse('name a run, or with --workspace <name> the workspace whose newest one is meant');
  }
  const query = { workspaceId, limit: 1 };
  const [newest] = (await session.client.get('/api/v1/tasks', { params: { query } })).items;
  if (newest === undefined) {
    throw new Ending(ExitCode.failed, `workspace ${workspaceId} has no runs yet`);
  }
  return newest.id;
}
