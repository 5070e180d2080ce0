import { InvalidArgumentError, Option, type Command } from 'commander';

/** What a workspace is made with, or changed to. */
export interface WorkspaceSettings {
  readonly engine?: 'terraform' | 'opentofu';
  readonly engineVersion?: string;
  readonly workingDirectory?: string;
  readonly project?: string;
  readonly pool?: string;
  readonly autoApply?: boolean;
  readonly approvals?: number;
  readonly allowSelfApproval?: boolean;
  readonly keepApprovals?: 'never' | 'identical';
  readonly onSlotLost?: 'replan' | 'restore';
}

export function withSettings(command: Command): Command {
  return command
    .addOption(new Option('--engine <engine>', 'what runs there').choices(['terraform', 'opentofu']))
    .option('--engine-version <version>', 'an exact one, or a constraint')
    .option('--working-directory <path>', 'the folder within what is uploaded')
    .option('--project <project>', 'the folder of workspaces that it is in')
    .option('--pool <name>', 'whose agents run it')
    .option('--auto-apply', 'apply without asking')
    .option('--no-auto-apply', 'ask before applying')
    .option('--approvals <number>', 'how many people have to confirm a plan', approvals)
    .option('--allow-self-approval', 'one of them may be who queued it')
    .option('--no-allow-self-approval', 'none of them may be who queued it')
    .addOption(
      new Option('--keep-approvals <when>', 'when a plan is made again after its slot was lost').choices([
        'never',
        'identical',
      ]),
    )
    .addOption(
      new Option('--on-slot-lost <way>', 'when the slot of a waiting plan is lost').choices([
        'replan',
        'restore',
      ]),
    );
}

function approvals(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 10) {
    throw new InvalidArgumentError('It is a whole number from 1 to 10.');
  }
  return number;
}

/** Without those that were not given, which the api would take for a change. */
export function settingsOf(options: WorkspaceSettings): WorkspaceSettings {
  const { engine, engineVersion, workingDirectory, project, pool, autoApply, onSlotLost } = options;
  const { approvals, allowSelfApproval, keepApprovals } = options;
  const all = {
    engine,
    engineVersion,
    workingDirectory,
    project,
    pool,
    autoApply,
    approvals,
    allowSelfApproval,
    keepApprovals,
    onSlotLost,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
