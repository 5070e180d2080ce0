import type { Schemas } from '@berth/client';
import type { Workspace } from './queries.js';

/** The settings as controls hold them. */
export interface SettingsForm {
  readonly name: string;
  readonly project: string;
  readonly pool: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly workingDirectory: string;
  readonly onSlotLost: string;
  readonly autoApply: boolean;
  readonly approvals: string;
  readonly allowSelfApproval: boolean;
  readonly keepApprovals: string;
  readonly url: string;
  readonly branch: string;
  readonly path: string;
  readonly token: string;
}

type Changes = Schemas['UpdateWorkspace'];

export function formOf(workspace: Workspace): SettingsForm {
  const { name, project, pool, engine, engineVersion, workingDirectory, onSlotLost, autoApply } = workspace;
  const { approvals, allowSelfApproval, keepApprovals, git } = workspace;
  return {
    name,
    project,
    pool,
    engine,
    engineVersion: engineVersion ?? '',
    workingDirectory,
    onSlotLost,
    autoApply,
    approvals: String(approvals),
    allowSelfApproval,
    keepApprovals,
    url: git?.url ?? '',
    branch: git?.branch ?? '',
    path: git?.path ?? '',
    token: '',
  };
}

/** What is sent: what differs, and no more, so that two people do not undo each other's changes. */
export function changesIn(workspace: Workspace, form: SettingsForm): Changes {
  const before = formOf(workspace);
  const changed = (name: keyof SettingsForm): boolean => form[name] !== before[name];
  return {
    ...(changed('name') ? { name: form.name } : {}),
    ...(changed('project') ? { project: form.project } : {}),
    ...(changed('pool') ? { pool: form.pool } : {}),
    ...(changed('engine') ? { engine: form.engine === 'opentofu' ? 'opentofu' : 'terraform' } : {}),
    ...(changed('engineVersion')
      ? { engineVersion: form.engineVersion === '' ? null : form.engineVersion }
      : {}),
    ...(changed('workingDirectory') ? { workingDirectory: form.workingDirectory } : {}),
    ...(changed('onSlotLost') ? { onSlotLost: form.onSlotLost === 'restore' ? 'restore' : 'replan' } : {}),
    ...(changed('autoApply') ? { autoApply: form.autoApply } : {}),
    ...(changed('approvals') ? { approvals: Number(form.approvals) } : {}),
    ...(changed('allowSelfApproval') ? { allowSelfApproval: form.allowSelfApproval } : {}),
    ...(changed('keepApprovals')
      ? { keepApprovals: form.keepApprovals === 'identical' ? 'identical' : 'never' }
      : {}),
    ...gitIn(form, changed),
  };
}

/** Without a token in it, the one that there is stays. */
function gitIn(form: SettingsForm, changed: (name: keyof SettingsForm) => boolean): Pick<Changes, 'git'> {
  if (!(['url', 'branch', 'path', 'token'] as const).some(changed)) {
    return {};
  }
  if (form.url === '') {
    return { git: null };
  }
  return {
    git: {
      url: form.url,
      branch: form.branch === '' ? null : form.branch,
      path: form.path,
      ...(form.token === '' ? {} : { token: form.token }),
    },
  };
}
