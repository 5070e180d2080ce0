import type { Task, Workspace } from '@berth/contracts';
import { keepDeadLetter } from '@berth/persistence';
import { BuildFleet } from './build-fleet.js';
import { runPath } from './dashboard.js';
import { person } from './people.js';
import type { System } from './system.js';

/** An organization in which each page has something to show. */
export interface DashboardTown {
  readonly workspace: Workspace;
  /** Waits for a person, in a reserved slot. */
  readonly waiting: Task;
  readonly failed: Task;
  readonly applied: Task;
  /** Of every page, by what it is called in a test. */
  readonly pages: ReadonlyMap<string, string>;
}

const THING = (input: string): Readonly<Record<string, string>> => ({
  'main.tf': `resource "terraform_data" "thing" {\n  input = "${input}"\n}\noutput "thing" {\n  value = terraform_data.thing.output\n}\n`,
});

export async function settleTown(system: System): Promise<DashboardTown> {
  const { api } = system;
  const { database } = system.database;
  const { id: organizationId } = await api.expect<{ id: string }>('GET', '/api/v1/organization');
  const workspace = await api.workspace('town', THING('one'));
  const apply = async (): Promise<Task> => {
    const { id } = await api.task(workspace.id, 'plan_and_apply', { autoApply: true, message: 'applied' });
    return api.reaches(id, 'succeeded');
  };
  await apply();
  await api.upload(workspace.id, THING('two'));
  const applied = await apply();
  await api.upload(workspace.id, THING('three'));
  const { id } = await api.task(workspace.id, 'plan_and_apply', { message: 'waits for a person' });
  const waiting = await api.reaches(id, 'apply_pending');
  const broken = await api.workspace('broken', { 'main.tf': 'output "x" { value = nothing.here }\n' });
  const { id: doomed } = await api.task(broken.id, 'plan', { message: 'fails' });
  const failed = await api.reaches(doomed, 'failed');
  await api.expect('PUT', `/api/v1/workspaces/${workspace.id}/variables/region`, {
    value: 'eu-north-1',
    category: 'env',
  });
  await api.expect('POST', '/api/v1/variable-sets', { name: 'shared', description: 'for all' });
  await api.expect('PUT', `/api/v1/variable-sets/shared/workspaces/${workspace.id}`);
  await api.expect('PUT', '/api/v1/variable-sets/shared/variables/account', {
    value: '4417',
    category: 'env',
  });
  await api.expect('POST', '/api/v1/teams', { name: 'crew' });
  await api.expect('POST', '/api/v1/projects', { name: 'shop' });
  await person(database, { organizationId, role: 'viewer' });
  await api.expect('POST', '/api/v1/keys', { name: 'pipeline', role: 'planner' });
  await deadLetter(system, failed);
  const fleet = new BuildFleet(database, organizationId);
  const build = await fleet.build('ios');
  return {
    workspace,
    waiting,
    failed,
    applied,
    pages: new Map([
      ...ORGANIZATION_PAGES,
      ['a plan that waits', runPath('town', waiting.id)],
      ['a timeline', `${runPath('town', waiting.id)}?view=timeline`],
      ['the details of a run', `${runPath('town', waiting.id)}?view=facts`],
      ['a run that failed', runPath('broken', failed.id)],
      ['a run that was applied', runPath('town', applied.id)],
      ['a workspace', '/app/default/town'],
      ['the runs of a workspace', '/app/default/town/runs'],
      ['variables', '/app/default/town/variables'],
      ['states', '/app/default/town/states'],
      ['the settings of a workspace', '/app/default/town/settings'],
      ['a build', `/builds/${build.id}`],
    ]),
  };
}

/** Pages that are there whatever an organization has. */
export const ORGANIZATION_PAGES: ReadonlyMap<string, string> = new Map([
  ['the front page', '/'],
  ['runs', '/runs'],
  ['workspaces', '/workspaces'],
  ['agents', '/agents'],
  ['pools', '/pools'],
  ['builds', '/builds'],
  ['dead letters', '/dead-letters'],
  ['the profile', '/settings'],
  ['keys', '/settings/keys'],
  ['the organization', '/settings/organization'],
  ['members', '/settings/members'],
  ['teams', '/settings/teams'],
  ['projects', '/settings/projects'],
  ['grants', '/settings/grants'],
  ['service keys', '/settings/service-keys'],
  ['the audit log', '/settings/audit'],
]);

let letters = 0;

/** A message that says what is over by now: replayed, it changes nothing. */
export async function deadLetter({ database }: System, { id, attempt }: Task): Promise<void> {
  const content = Buffer.from(JSON.stringify({ taskId: id }));
  await keepDeadLetter(
    database.database,
    {
      source: 'berth.scheduler',
      messageId: `message-${(letters += 1)}`,
      messageType: 'task.runnable',
      routingKey: 'task.runnable',
      reason: `refused ${letters} times`,
      content,
      sizeBytes: content.length,
      headers: {},
      firstAt: new Date(),
    },
    { taskId: id, attempt, agentId: null },
  );
}
