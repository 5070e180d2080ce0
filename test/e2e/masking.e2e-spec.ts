import { existsSync } from 'node:fs';
import { mkdtemp, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PlanDocument, Task, Workspace } from '@berth/contracts';
import { GitHost } from '../support/git-host.js';
import { findLeaks } from '../support/leaks.js';
import { ProviderMirror } from '../support/provider-mirror.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

const PLAIN = 'p@ss "w0rd" of <the> ${run}';
const KEY_LINES = ['-----BEGIN A KEY-----', 'MIIEvQIBADANBgkqhkiG9w0BAQE', '-----END A KEY-----'];
const INNER = 'inner-value-of-an-object';
const GIVEN = 'given-to-one-run-alone';
const OF_SET = 'from-a-variable-set-31337';
const GIT_TOKEN = 'git-token-that-nobody-may-see';
const MODULE_PASSWORD = 'password/of+a module';
const BUILD = 'secret of a build, with "quotes"';
const SECRETS = [
  PLAIN,
  ...KEY_LINES,
  INNER,
  GIVEN,
  GIVEN.slice(10),
  OF_SET,
  GIT_TOKEN,
  MODULE_PASSWORD,
  BUILD,
];

/** None of these variables is sensitive as far as terraform knows. */
const VARIABLES = `
variable "plain" { type = string }
variable "key" { type = string }
variable "object" { type = object({ inner = string }) }
variable "given" { default = "nothing" }
`;

/** Prints secrets in all ways, one of them in two pieces, of which terraform makes lines. */
const LEAK = `
printf '%s\\n' "$PLAIN" "$KEY" "$OF_SET"
printf '%s' "$PLAIN" | base64 -w0; echo
printf 'user:%s' "$PLAIN" | base64 -w0 >&2; echo >&2
printf '{"password":"%s"}\\n' "$ESCAPED"
env
printf '%.10s' "$GIVEN"; sleep 0.3; printf '%s\\n' "$GIVEN" | cut -c11-
`;

describe('sensitive values of a run', () => {
  let system: System;
  let mirror: ProviderMirror;
  let host: GitHost;
  let shared: string;

  beforeAll(async () => {
    shared = await realpath(await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'masking-')));
    mirror = new ProviderMirror();
    await mirror.open();
    await mirror.offer('1.0.0');
    host = await GitHost.start(join(shared, 'repositories'));
    system = await System.start({
      agents: 1,
      agentEnv: { BERTH_TERRAFORM_CLI_CONFIG: mirror.cliConfigFile },
      schedulerEnv: { BERTH_RETRY_FIRST_DELAY_MS: '50', BERTH_RETRY_MAX_DELAY_MS: '100' },
    });
    const { id } = await system.api.expect<{ id: string }>('POST', '/api/v1/variable-sets', {
      name: 'for-all',
      global: true,
    });
    await system.api.expect('PUT', `/api/v1/variable-sets/${id}/variables/OF_SET`, {
      value: OF_SET,
      category: 'env',
      sensitive: true,
    });
  }, 300_000);

  afterAll(async () => {
    await system.stop();
    await host.stop();
    await mirror.close();
  }, 60_000);

  async function workspace(
    name: string,
    files: Record<string, string>,
    env: object = {},
  ): Promise<Workspace> {
    const made = await system.api.workspace(name, { 'variables.tf': VARIABLES, ...files });
    await give(made, 'terraform', {
      plain: { value: PLAIN },
      key: { value: `${KEY_LINES.join('\n')}\n` },
      object: { value: `{ inner = "${INNER}" }`, hcl: true },
    });
    await give(made, 'env', env);
    return made;
  }

  async function give({ id }: Workspace, category: string, variables: object): Promise<void> {
    for (const [key, variable] of Object.entries(variables)) {
      await system.api.expect('PUT', `/api/v1/workspaces/${id}/variables/${key}`, {
        category,
        sensitive: true,
        ...(variable as object),
      });
    }
  }

  const failed = async (id: string): Promise<Task> =>
    waitFor(
      `task ${id} to fail`,
      async () => {
        const task = await system.api.read(id);
        return task.status === 'failed' ? task : null;
      },
      60_000,
    );

  it('stand in no log, plan, trace and answer, and the state has them', async () => {
    const main = `
resource "terraform_data" "copied" {
  input = {
    plain   = var.plain
    deep    = ["no secret", { url = "https://user:\${urlencode(var.plain)}@host" }]
    json    = jsonencode({ password = var.plain })
    base64  = base64encode("user:\${var.given}")
    key     = var.key
    inner   = var.object.inner
    visible = "this may be seen"
  }
  provisioner "local-exec" {
    command = "sh ./leak.sh"
    environment = {
      PLAIN   = var.plain
      ESCAPED = trim(jsonencode(var.plain), "\\"")
      KEY     = var.key
      GIVEN   = var.given
    }
  }
}
output "plain" { value = var.plain }
output "given" { value = "it is \${var.given}" }
`;
    const { id: workspaceId } = await workspace(
      'copies',
      { 'main.tf': main, 'leak.sh': LEAK },
      { TF_LOG: { value: 'trace', sensitive: false } },
    );
    const variables = [{ key: 'given', value: GIVEN }];
    const { id } = await system.api.task(workspaceId, 'plan_and_apply', { variables });
    const { planHash } = await system.api.reaches(id, 'apply_pending');
    const plan = await system.api.expect<PlanDocument>('GET', `/api/v1/tasks/${id}/plan`);
    expect(plan.resources[0]?.after).toMatchObject({
      input: {
        plain: '(sensitive)',
        deep: ['no secret', { url: '(sensitive)' }],
        json: '(sensitive)',
        base64: '(sensitive)',
        key: '(sensitive)',
        inner: '(sensitive)',
        visible: 'this may be seen',
      },
    });
    expect(plan.outputs).toMatchObject([{ after: '(sensitive)' }, { after: '(sensitive)' }]);
    await system.api.expect('POST', `/api/v1/tasks/${id}/confirm`, { planHash });
    await system.api.reaches(id, 'succeeded');
    const log = await system.api.log(id, 'apply');
    expect(log).toContain('(local-exec): ***');
    expect(log).toContain('(local-exec): {"password":"***"}');
    expect(log).toContain('[TRACE]');
    // The token of the task, which opens the state.
    expect(log).not.toMatch(/bt1\.[\w-]{20}/);
    expect(await system.api.log(id, 'plan')).toContain('this may be seen');
    const state = await system.api.expect<{ outputs: object }>('GET', '/api/v1/workspaces/copies/state');
    expect(state.outputs).toMatchObject({ plain: { value: PLAIN }, given: { value: `it is ${GIVEN}` } });
    expect(await findLeaks(system, SECRETS)).toEqual([]);
  }, 180_000);

  it('stand in no message of a condition that does not hold, nor of a provider', async () => {
    const condition = `
resource "terraform_data" "x" {
  lifecycle {
    precondition {
      condition     = length(var.plain) < 3
      error_message = "It must be short, \${var.plain} is not, and \${var.key} neither."
    }
  }
}`;
    const { id: first } = await workspace('condition', { 'main.tf': condition });
    const { error } = await failed((await system.api.task(first, 'plan')).id);
    expect(error?.message).toContain('It must be short, *** is not');

    const provider = `
terraform {
  required_providers { 
    fake = { source = "berth/fake", version = "1.0.0" } 
  }
}
data "fake_thing" "x" {
  input = "the provider says \${var.plain}"
  fail  = "error"
}`;
    const { id: second } = await workspace('provider', { 'main.tf': provider });
    const task = await failed((await system.api.task(second, 'plan')).id);
    expect(task.error?.message).toContain('the provider says ***');
    expect(JSON.stringify(await system.api.events(task.id))).toContain('the provider says ***');
    expect(await findLeaks(system, SECRETS)).toEqual([]);
  }, 120_000);

  it('stand in nothing that git says', async () => {
    const url = `http://user:${encodeURIComponent(MODULE_PASSWORD)}@127.0.0.1:1/module.git`;
    const { id: first } = await workspace(
      'module',
      { 'main.tf': `module "m" {\n  source = "git::${url}"\n}\n` },
      { MODULE_PASSWORD: { value: MODULE_PASSWORD } },
    );
    const ofModule = await system.api.task(first, 'plan');
    await failed(ofModule.id);
    expect(await system.api.log(ofModule.id, 'plan')).toContain('127.0.0.1:1/module.git');

    host.tokens.set('private', 'another-token');
    await host.push('private', { files: { 'main.tf': '' } });
    const { id: second } = await system.api.expect<Workspace>('POST', '/api/v1/workspaces', {
      name: 'git',
      engine: 'terraform',
      git: { url: host.url('private'), token: `user:${GIT_TOKEN}` },
    });
    const cloned = await failed((await system.api.task(second, 'plan')).id);
    expect(cloned.error?.code).toMatch(/^GIT_/);
    expect(host.requests.some(({ authorization }) => authorization !== undefined)).toBe(true);
    expect(await findLeaks(system, SECRETS)).toEqual([]);
  }, 120_000);

  it('stand in no log of a build, also where they come in two pieces', async () => {
    const half = Math.floor(BUILD.length / 2);
    const { id } = await system.api.expect<Task>('POST', '/api/v1/tasks', {
      kind: 'build',
      steps: [
        {
          name: 'leak',
          run: `echo '${BUILD}'
            printf '%.${half}s' "$SECRET"; echo between >&2; sleep 0.6; printf '%s\\n' "$SECRET" | cut -c${half + 1}-
            printf '%s' "$SECRET" | base64 -w0 >&2
            echo; echo 'to be seen'`,
          environment: { SECRET: BUILD },
        },
      ],
    });
    await system.api.reaches(id, 'succeeded');
    const log = await system.api.log(id, 'build');
    expect(log).toContain('to be seen');
    expect(log.match(/\*\*\*/g)?.length).toBeGreaterThanOrEqual(4);
    expect(await findLeaks(system, SECRETS)).toEqual([]);
  }, 60_000);

  it('stay hidden where another process of the agent goes on with an apply', async () => {
    const script = `echo begun > '${shared}/begun'; while [ ! -e '${shared}/go' ]; do sleep 0.05; done; sh ./leak.sh; exit 1`;
    const main = `resource "terraform_data" "x" {
  provisioner "local-exec" {
    command     = "sh ./wait.sh"
    environment = { PLAIN = var.plain, KEY = var.key, GIVEN = var.given, ESCAPED = "" }
  }
}`;
    const { id: workspaceId } = await workspace('adopted', {
      'main.tf': main,
      'wait.sh': script,
      'leak.sh': LEAK,
    });
    const variables = [{ key: 'given', value: GIVEN }];
    const { id } = await system.api.task(workspaceId, 'plan_and_apply', { variables, autoApply: true });
    await waitFor('the provisioner', async () => existsSync(join(shared, 'begun')), 60_000);
    await system.agents[0]?.end('SIGKILL');
    system.agents[0]?.start();
    await system.agents[0]?.ready();
    await writeFile(join(shared, 'go'), '');
    expect((await failed(id)).error?.message).toContain('exit status 1');
    const log = await system.api.log(id, 'apply');
    expect(log).toContain('the agent was restarted while terraform was applying');
    expect(log).toContain('(local-exec): ***');
    expect(await findLeaks(system, SECRETS)).toEqual([]);
  }, 120_000);
});
