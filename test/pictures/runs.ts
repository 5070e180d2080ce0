import type { Task, Workspace } from '@berth/contracts';
import type { ApiCaller } from '../support/api-caller.js';
import { waitFor } from '../support/wait-for.js';
import { network, service, things } from './configurations.js';
import { earlier } from './time.js';
import type { Town } from './town.js';

/** Runs that have pages of their own in the pictures. */
export interface Shown {
  readonly waiting: Task;
  readonly applied: Task;
  readonly cold: Task;
  readonly failed: Task;
  readonly behind: Task;
  readonly applying: Task;
  /** Has one of the two approvals that it needs. */
  readonly approved: Task;
}

interface Wanted {
  readonly message: string;
  /** How long ago it was. */
  readonly hours?: number;
  readonly operation?: string;
}

/** Workspaces with a past, and runs in each state that a run can be in. */
export async function fill(town: Town): Promise<Shown> {
  const { system, crew } = town;
  const { api } = system;
  const { ada, ben, chiara, deniz } = crew.by;
  const begin = async (by: ApiCaller, workspace: Workspace, { message, operation }: Wanted): Promise<Task> =>
    by.task(workspace.id, operation ?? 'plan_and_apply', { message });
  const plan = async (by: ApiCaller, workspace: Workspace, wanted: Wanted): Promise<Task> =>
    api.reaches((await begin(by, workspace, wanted)).id, 'apply_pending', 'succeeded');
  const apply = async (by: ApiCaller, workspace: Workspace, wanted: Wanted): Promise<Task> => {
    const planned = await plan(by, workspace, wanted);
    await chiara.expect('POST', `/api/v1/tasks/${planned.id}/confirm`, {
      planHash: planned.planHash,
      comment: 'as discussed',
    });
    const applied = await api.reaches(planned.id, 'succeeded');
    await earlier(system.database.database, applied.id, wanted.hours ?? 0);
    return applied;
  };

  const net = await ada.workspace('network', network('10.0.0.0/16', ['a', 'b']), { project: 'platform' });
  const frontend = await ada.workspace('shop-frontend', service('shop', { replicas: 3, cache_gb: 2 }), {
    project: 'shop',
  });
  await variables(town, net, frontend);
  await apply(ben, net, { message: 'The network, as it was', hours: 22 });
  await ada.upload(net.id, network('10.0.0.0/16', ['a', 'b', 'c']));
  await apply(ben, net, { message: 'A third zone', hours: 19 });
  await apply(deniz, frontend, { message: 'The shop on its own service', hours: 17 });
  await ada.upload(frontend.id, service('shop', { replicas: 4, cache_gb: 2 }));
  const four = await apply(deniz, frontend, { message: 'Four replicas for the sale', hours: 6 });

  const dns = await ada.workspace('dns', service('dns', { ttl: 300 }), {
    project: 'platform',
    autoApply: true,
  });
  for (const [ttl, hours] of [
    [300, 20],
    [60, 14],
    [120, 9],
    [600, 3],
  ] as const) {
    await ada.upload(dns.id, service('dns', { ttl }));
    const { id } = await begin(ada, dns, { message: `Records live for ${ttl} s` });
    await api.reaches(id, 'succeeded');
    await earlier(system.database.database, id, hours);
  }
  const monitoring = await ada.workspace('monitoring', service('monitoring', { replicas: 1, days: 14 }), {
    project: 'platform',
    onSlotLost: 'restore',
  });
  const stored = await plan(ben, monitoring, { message: 'Keep metrics for two weeks' });
  const cold = await applyElsewhere(town, stored);
  await earlier(system.database.database, cold.id, 2);
  await ada.upload(monitoring.id, service('monitoring', { replicas: 1, days: 30 }));
  const refused = await plan(ben, monitoring, { message: 'Keep metrics for a month' });
  await chiara.expect('POST', `/api/v1/tasks/${refused.id}/discard`, { comment: 'too dear' });
  await earlier(system.database.database, refused.id, 1);

  const database = await ada.workspace(
    'shop-database',
    things({
      subnet_group: { input: 'shop' },
      primary: {
        input: 'InvalidParameterCombination: db.t4g.micro does not support encryption at rest.',
        fail: 'error',
      },
    }),
    { project: 'shop' },
  );
  const doomed = await plan(deniz, database, { message: 'A database for the shop' });
  await chiara.expect('POST', `/api/v1/tasks/${doomed.id}/confirm`, { planHash: doomed.planHash });
  const failed = await api.reaches(doomed.id, 'failed');

  const { id: doubtful } = await attention(town, apply);
  await earlier(system.database.database, doubtful, 4);

  const kubernetes = await ada.workspace(
    'kubernetes',
    things({
      control_plane: { input: 'v1.33' },
      node_pool_general: { input: '3 nodes', delay_seconds: 4 },
      node_pool_gpu: { input: '2 nodes', delay_seconds: 3000 },
    }),
    { project: 'platform', pool: 'production' },
  );
  const slow = await plan(ben, kubernetes, { message: 'A node pool with GPUs' });
  await chiara.expect('POST', `/api/v1/tasks/${slow.id}/confirm`, { planHash: slow.planHash });
  const applying = await api.reaches(slow.id, 'applying');

  const vault = await ada.workspace('vault', service('vault', { replicas: 3 }), {
    project: 'platform',
    pool: 'production',
    approvals: 2,
  });
  const shared = await plan(ben, vault, { message: 'Vault in three zones' });
  await ben.expect('POST', `/api/v1/tasks/${shared.id}/confirm`, {
    planHash: shared.planHash,
    comment: 'tried in the sandbox',
  });

  await ada.upload(frontend.id, service('shop', { replicas: 4, cache_gb: 4 }));
  await plan(deniz, frontend, { message: 'Raise the cache to 4 GB' });
  const behind = await begin(deniz, frontend, { message: 'Back to three replicas' });
  for (const name of ['experiment-queue', 'experiment-cache']) {
    const workspace = await ada.workspace(name, service(name, {}), { project: 'shop', pool: 'sandbox' });
    await begin(deniz, workspace, { message: `Try ${name.replace('experiment-', 'another ')}` });
  }
  await ada.upload(net.id, network('10.8.0.0/16', ['a', 'b', 'd', 'e']));
  const waiting = await plan(ben, net, { message: 'Move the network to 10.8.0.0/16' });
  return {
    waiting,
    applied: four,
    cold,
    failed,
    behind,
    applying,
    approved: shared,
  };
}

/** Confirmed, but its agent is drained: the stored plan is applied by another one. */
async function applyElsewhere({ system, crew }: Town, planned: Task): Promise<Task> {
  const { ada, chiara } = crew.by;
  const agent = `/api/v1/agents/${String(planned.agentId)}`;
  await ada.expect('POST', `${agent}/drain`);
  await waitFor('its slot to be gone', async () => (await system.api.read(planned.id)).reservation === null);
  await chiara.expect('POST', `/api/v1/tasks/${planned.id}/confirm`, { planHash: planned.planHash });
  const applied = await system.api.reaches(planned.id, 'succeeded');
  await ada.expect('POST', `${agent}/resume`);
  return applied;
}

async function variables({ crew }: Town, net: Workspace, frontend: Workspace): Promise<void> {
  const { ada } = crew.by;
  const put = async (path: string, value: string, more: object = {}): Promise<unknown> =>
    ada.expect('PUT', path, { value, category: 'terraform', ...more });
  await put(`/api/v1/workspaces/${net.id}/variables/region`, 'eu-north-1');
  await put(`/api/v1/workspaces/${net.id}/variables/peering_secret`, 'never shown', { sensitive: true });
  await put(`/api/v1/workspaces/${net.id}/variables/TF_LOG_PROVIDER`, 'WARN', { category: 'env' });
  await put(`/api/v1/workspaces/${frontend.id}/variables/log_level`, 'warn');
  await ada.expect('POST', '/api/v1/variable-sets', {
    name: 'cloud',
    description: 'The account that all of us share',
  });
  await put('/api/v1/variable-sets/cloud/variables/CLOUD_ACCOUNT', '4417-2231', { category: 'env' });
  await put('/api/v1/variable-sets/cloud/variables/CLOUD_SECRET', 'never shown', {
    category: 'env',
    sensitive: true,
  });
  await put('/api/v1/variable-sets/cloud/variables/region', 'eu-west-1');
  for (const { id } of [net, frontend]) {
    await ada.expect('PUT', `/api/v1/variable-sets/cloud/workspaces/${id}`);
  }
}

/** An apply that was ended by force: nobody knows what it has done. */
async function attention(
  { system, crew }: Town,
  apply: (by: ApiCaller, workspace: Workspace, wanted: Wanted) => Promise<Task>,
): Promise<{ id: string }> {
  const { ada, ben, chiara } = crew.by;
  const records = { input: '212 records' };
  const workspace = await ada.workspace('mail-records', things({ zone: records }), { project: 'platform' });
  await apply(ben, workspace, { message: 'Records of the mail servers', hours: 21 });
  await ada.upload(
    workspace.id,
    things({ zone: records, signing: { input: 'ed25519', delay_seconds: 3000 } }),
  );
  const { id } = await ben.task(workspace.id, 'plan_and_apply', { message: 'Sign the zone' });
  const { planHash } = await system.api.reaches(id, 'apply_pending');
  await chiara.expect('POST', `/api/v1/tasks/${id}/confirm`, { planHash });
  await system.api.reaches(id, 'applying');
  await chiara.expect('POST', `/api/v1/tasks/${id}/cancel`, { comment: 'it hangs' });
  await chiara.expect('POST', `/api/v1/tasks/${id}/force-cancel`, { comment: 'the machine is gone' });
  await system.api.reaches(id, 'cancelled', 'failed');
  return { id };
}
