import type { Command } from 'commander';
import type { Session } from '../cli.js';
import { WrongUse } from '../failures.js';
import { readWorkspaceFile } from '../running/workspace-file.js';

export interface WorkspaceOption {
  readonly workspace?: string;
}

/** `--workspace`, as "berth run" has it. */
export function withWorkspace(command: Command): Command {
  return command.option('-w, --workspace <name>', 'the workspace (else BERTH_WORKSPACE, else .berth.json)');
}

/** The workspace that is meant, as far as anybody has said. @throws WrongUse where .berth.json cannot be read */
export async function workspaceIfNamed(
  { surroundings: { env, cwd } }: Pick<Session, 'surroundings'>,
  { workspace }: WorkspaceOption,
): Promise<string | undefined> {
  return workspace ?? (env['BERTH_WORKSPACE'] || undefined) ?? (await readWorkspaceFile(cwd));
}

/** The same. @throws WrongUse where nobody has said */
export async function workspaceOf(
  session: Pick<Session, 'surroundings'>,
  options: WorkspaceOption,
): Promise<string> {
  const name = await workspaceIfNamed(session, options);
  if (name === undefined) {
    throw new WrongUse(
      'no workspace is named: give --workspace <name>, or call it in a directory with a .berth.json',
    );
  }
  return name;
}
