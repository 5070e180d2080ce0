import { chmodSync } from 'node:fs';
import { chmod, copyFile, mkdtemp, readFile, readdir, realpath, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Task, Workspace } from '@berth/contracts';
import { findTerraform } from '../chaos/find-terraform.js';
import { json, AnsweringServer } from '../support/answering-server.js';
import { isolationLevels, letOthersPass, type TestedLevel } from '../support/isolation-levels.js';
import { findLeaks } from '../support/leaks.js';
import type { ServiceProcess } from '../support/service-process.js';
import { System } from '../support/system.js';
import { TokenVerifier } from '../support/token-verifier.js';
import { VaultDouble } from '../support/vault-double.js';
import { waitFor } from '../support/wait-for.js';

const GOOGLE_PROVIDER = 'projects/7/locations/global/workloadIdentityPools/pool/providers/berth';
const levels = await isolationLevels();

/** Where a test may look at what a run has got; the log would show it masked. */
let shared: string;

/** What a run finds, written where the test sees it. */
function seen(phase: string): string {
  const to = `${shared}/$BERTH_WORKSPACE-${phase}`;
  return [
    'umask 000',
    `mkdir -p "${to}"`,
    `env > "${to}/env"`,
    `for f in "$AWS_WEB_IDENTITY_TOKEN_FILE" "$ARM_OIDC_TOKEN_FILE_PATH" "$GOOGLE_CREDENTIALS"; do if [ -n "$f" ]; then cat "$f" > "${to}/$(basename "$f")"; fi; done`,
    `if [ -n "$GOOGLE_CREDENTIALS" ]; then cat "$(dirname "$GOOGLE_CREDENTIALS")/gcp-token" > "${to}/gcp-token"; fi`,
    `if [ -n "$AWS_WEB_IDENTITY_TOKEN_FILE" ]; then d=$(dirname "$AWS_WEB_IDENTITY_TOKEN_FILE"); stat -c %a "$AWS_WEB_IDENTITY_TOKEN_FILE" > "${to}/mode"; (echo x > "$d/planted") 2>/dev/null && echo planted > "${to}/planted"; fi`,
    'true',
  ].join('\n');
}

/** A terraform that tells of its plan what it was given. */
async function tellingTerraform(): Promise<{ folder: string; reads: string }> {
  const parts = ['bin', 'engine'].map(async (name) =>
    mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', `${name}-`)),
  );
  const [folder = '', reads = ''] = await Promise.all(parts);
  await letOthersPass(folder, reads);
  const engine = join(reads, 'the-real-one');
  await copyFile(findTerraform(), engine);
  const script = `#!/bin/sh\nif [ "$1" = plan ]; then\n${seen('plan')}\nfi\nexec ${engine} "$@"\n`;
  await writeFile(join(folder, 'terraform'), script);
  chmodSync(join(folder, 'terraform'), 0o755);
  return { folder, reads };
}

function main(): string {
  return `
resource "terraform_data" "one" {
  provisioner "local-exec" {
    command = "sh ./seen.sh; env; cat $AWS_WEB_IDENTITY_TOKEN_FILE"
  }
}
`;
}

/** Of an agent whose terraform tells what it was given. */
async function agentEnv(path: string): Promise<Record<string, string>> {
  const { folder, reads } = await tellingTerraform();
  return {
    PATH: `${folder}${delimiter}${path}`,
    BERTH_RUN_READS: reads,
    BERTH_RUN_WRITES: shared,
  };
}

/** Of an api that is an issuer. */
const issuerEnv = (url: string) => ({ BERTH_PUBLIC_URL: url, BERTH_WORKLOAD_TOKEN_MINUTES: '30' });

async function workspace(system: System, name: string, env: Record<string, string>): Promise<Workspace> {
  const made = await system.api.workspace(name, { 'main.tf': main(), 'seen.sh': seen('apply') });
  for (const [key, value] of Object.entries(env)) {
    await system.api.expect('PUT', `/api/v1/workspaces/${made.id}/variables/${key}`, {
      value,
      category: 'env',
    });
  }
  return made;
}

async function found(name: string, phase: string, file: string): Promise<string> {
  return readFile(join(shared, `${name}-${phase}`, file), 'utf8');
}

async function environment(name: string, phase: string): Promise<Record<string, string>> {
  const lines = (await found(name, phase, 'env')).split('\n').filter((line) => line.includes('='));
  return Object.fromEntries(lines.map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]));
}

async function applied(system: System, workspaceId: string): Promise<Task> {
  const { id } = await system.api.task(workspaceId, 'plan_and_apply');
  const { planHash } = await system.api.reaches(id, 'apply_pending');
  await system.api.expect('POST', `/api/v1/tasks/${id}/confirm`, { planHash });
  return system.api.reaches(id, 'succeeded');
}

async function failed(system: System, workspaceId: string): Promise<Task> {
  const { id } = await system.api.task(workspaceId, 'plan_and_apply');
  return waitFor(
    `task ${id} to fail`,
    async () => {
      const task = await system.api.read(id);
      return task.status === 'failed' ? task : null;
    },
    60_000,
  );
}

beforeAll(async () => {
  shared = await realpath(await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'seen-')));
  await chmod(shared, 0o777);
});

const ALL_OF_THEM = (vault: string): Record<string, string> => ({
  TFC_AWS_PROVIDER_AUTH: 'true',
  TFC_AWS_RUN_ROLE_ARN: 'arn:aws:iam::1:role/run',
  TFC_AWS_APPLY_ROLE_ARN: 'arn:aws:iam::1:role/writes',
  TFC_GCP_PROVIDER_AUTH: 'true',
  TFC_GCP_WORKLOAD_PROVIDER_NAME: GOOGLE_PROVIDER,
  TFC_GCP_RUN_SERVICE_ACCOUNT_EMAIL: 'run@x.iam.gserviceaccount.com',
  TFC_AZURE_PROVIDER_AUTH: 'true',
  TFC_AZURE_RUN_CLIENT_ID: '11111111-2222-3333-4444-555555555555',
  TFC_VAULT_PROVIDER_AUTH: 'true',
  TFC_VAULT_ADDR: vault,
  TFC_VAULT_RUN_ROLE: 'berth',
  TFC_VAULT_AUTH_PATH: 'jwt/of berth',
  TFC_VAULT_NAMESPACE: 'team',
  TFC_WORKLOAD_IDENTITY_AUDIENCE_OURS: 'of our own',
});

for (const { name, lacks } of levels.filter((one) => one.lacks !== null)) {
  it.skip(`runs of an agent as ${name} (skipped: ${String(lacks)})`, () => undefined);
}

/** One system for all levels: each has its agent, while the others are not there. */
let issuer: System;

beforeAll(async () => {
  issuer = await System.start({ agents: 0, apiEnv: issuerEnv });
}, 120_000);

afterAll(async () => {
  await issuer.stop();
}, 60_000);

describe.each([
  { name: 'root or not, none', level: 'none', user: null, path: process.env['PATH'] ?? '' } as const,
  ...levels.filter(({ lacks }) => lacks === null),
])(
  'a run of an agent as $name',
  (tested: Pick<TestedLevel, 'name' | 'path' | 'user'> & { level: string }) => {
    let system: System;
    let agent: ServiceProcess;
    let vault: VaultDouble;
    let verifier: TokenVerifier;

    beforeAll(async () => {
      system = issuer;
      const env = { ...(await agentEnv(tested.path)), BERTH_RUN_ISOLATION: tested.level };
      agent = await system.addAgent({ user: tested.user, env });
      verifier = new TokenVerifier(system.api.baseUrl);
      vault = await VaultDouble.start(verifier, { berth: 'organization:default:project:default:workspace:' });
    }, 120_000);

    afterAll(async () => {
      await agent.end('SIGTERM');
      await vault.stop();
    }, 60_000);

    it('shows in each phase what it is, to AWS, Google, Azure, Vault and others', async () => {
      const name = `all-${tested.name.replace(/\W+/g, '-')}`;
      const { id: workspaceId } = await workspace(system, name, ALL_OF_THEM(vault.url));
      const began = Math.floor(Date.now() / 1_000);
      const task = await applied(system, workspaceId);

      const tokens = new Set<string>();
      for (const phase of ['plan', 'apply'] as const) {
        const env = await environment(name, phase);
        const given: Record<string, string> = {
          'aws.workload.identity': await found(name, phase, 'aws-token'),
          [`//iam.googleapis.com/${GOOGLE_PROVIDER}`]: await found(name, phase, 'gcp-token'),
          'api://AzureADTokenExchange': await found(name, phase, 'azure-token'),
          'of our own': String(env['TFC_WORKLOAD_IDENTITY_TOKEN_OURS']),
        };
        for (const [audience, token] of Object.entries(given)) {
          const claims = await verifier.verify(token, { audience });
          expect(claims).toMatchObject({
            iss: verifier.issuer,
            sub: `organization:default:project:default:workspace:${name}:run_phase:${phase}`,
            terraform_run_phase: phase,
            terraform_run_id: task.id,
            terraform_workspace_id: workspaceId,
            terraform_workspace_name: name,
            terraform_organization_name: 'default',
          });
          expect(Number(claims.exp) - Number(claims.iat)).toBe(1_800);
          expect(Number(claims.iat)).toBeGreaterThanOrEqual(began);
          expect(tokens).not.toContain(token);
          tokens.add(token);
        }
        expect(env).toMatchObject({
          AWS_ROLE_ARN: phase === 'plan' ? 'arn:aws:iam::1:role/run' : 'arn:aws:iam::1:role/writes',
          AWS_ROLE_SESSION_NAME: `terraform-run-${task.id}`,
          ARM_USE_OIDC: 'true',
          ARM_CLIENT_ID: '11111111-2222-3333-4444-555555555555',
          VAULT_ADDR: vault.url,
          VAULT_NAMESPACE: 'team',
        });
        expect(JSON.parse(await found(name, phase, 'gcp-credentials.json'))).toEqual({
          type: 'external_account',
          audience: `//iam.googleapis.com/${GOOGLE_PROVIDER}`,
          subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
          token_url: 'https://sts.googleapis.com/v1/token',
          credential_source: { file: expect.stringMatching(/gcp-token$/), format: { type: 'text' } },
          service_account_impersonation_url:
            'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/run%40x.iam.gserviceaccount.com:generateAccessToken',
        });
        const login = vault.logins.find(({ token }) => token === env['VAULT_TOKEN']);
        expect(login).toMatchObject({
          role: 'berth',
          namespace: 'team',
          path: '/v1/auth/jwt/of%20berth/login',
          claims: { terraform_run_phase: phase, terraform_run_id: task.id },
        });
        // Lent to the user of the run, who owns nothing of it.
        expect((await found(name, phase, 'mode')).trim()).toMatch(/^6[04]0$/);
        if (tested.level !== 'none') {
          expect(await readdir(join(shared, `${name}-${phase}`))).not.toContain('planted');
        }
        tokens.add(String(env['VAULT_TOKEN']));
      }

      expect(tokens.size).toBe(10);
      expect([...vault.revoked].sort()).toEqual(vault.logins.map(({ token }) => token).sort());
      const logs = await Promise.all(['plan', 'apply'].map(async (phase) => system.api.log(task.id, phase)));
      expect(logs[1]).toContain('TFC_WORKLOAD_IDENTITY_TOKEN_OURS=***');
      expect(logs[1]).toContain('VAULT_TOKEN=***');
      expect(await findLeaks(system, [...tokens])).toEqual([]);
      expect(logs[0]).toMatch(
        /identity tokens of this plan: aws, gcp, azure, vault, TFC_WORKLOAD_IDENTITY_TOKEN_OURS/,
      );
      expect(verifier.asked.map(({ path, cacheControl }) => [path, cacheControl])).toEqual([
        ['/.well-known/openid-configuration', 'public, max-age=300'],
        ['/.well-known/jwks', 'public, max-age=300'],
      ]);
    }, 90_000);
  },
);

describe('workload identity', () => {
  let system: System;
  let agentHome: string;

  beforeAll(async () => {
    system = await System.start({ agents: 1, agentEnv: await agentEnv(process.env['PATH'] ?? '') });
    agentHome = join(system.storage, '..', 'agent-1');
  }, 120_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  const aws = { TFC_AWS_PROVIDER_AUTH: 'true', TFC_AWS_RUN_ROLE_ARN: 'arn:aws:iam::1:role/run' };

  it('is off where nobody could fetch the keys, and says so to whoever asks for it', async () => {
    const { id } = await workspace(system, 'off', aws);
    expect((await failed(system, id)).error).toMatchObject({
      code: 'WORKLOAD_IDENTITY_OFF',
      message: expect.stringContaining('BERTH_PUBLIC_URL'),
    });
    for (const path of ['openid-configuration', 'jwks']) {
      const answer = await system.api.call('GET', `/.well-known/${path}`);
      expect(answer).toMatchObject({ status: 404, body: { code: 'WORKLOAD_IDENTITY_OFF' } });
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
    const { id: without } = await workspace(system, 'without', { TFC_AWS_PROVIDER_AUTH: 'false' });
    await applied(system, without);
    expect(await environment('without', 'apply')).not.toHaveProperty('AWS_WEB_IDENTITY_TOKEN_FILE');
  }, 90_000);

  it('says what is missing in the variables', async () => {
    // From here on, the api has an address by which the keys can be fetched.
    await system.apiService.end('SIGTERM');
    system.apiService.start(issuerEnv(system.api.baseUrl));
    await system.apiService.ready();
    const { id } = await workspace(system, 'incomplete', {
      TFC_AWS_PROVIDER_AUTH: 'true',
      TFC_AZURE_PROVIDER_AUTH_OTHER: 'true',
    });
    expect((await failed(system, id)).error).toMatchObject({
      code: 'WORKLOAD_IDENTITY_INCOMPLETE',
      message: expect.stringMatching(/needs TFC_AWS_RUN_ROLE_ARN.*TFC_AZURE_PROVIDER_AUTH_OTHER is not/),
    });
  }, 60_000);

  it('gives a plan alone the plan’s tokens, and leaves nothing of them in the slot that keeps a plan', async () => {
    const verifier = new TokenVerifier(system.api.baseUrl);
    const { id } = await workspace(system, 'waiting', aws);
    const task = await system.api.task(id, 'plan_and_apply');
    const { slotId } = await system.api.reaches(task.id, 'apply_pending');
    const claims = await verifier.verify(await found('waiting', 'plan', 'aws-token'), {
      audience: 'aws.workload.identity',
    });
    expect(claims.sub).toMatch(/:run_phase:plan$/);
    expect(await readdir(join(agentHome, 'slots', String(slotId)))).not.toContain('identity');
    await system.api.expect('POST', `/api/v1/tasks/${task.id}/discard`, {});
  }, 60_000);

  it('fails a run that Vault does not let in, in Vault’s own words, and tries one that is away again', async () => {
    const vault = await AnsweringServer.start();
    try {
      const { id } = await workspace(system, 'refused', {
        TFC_VAULT_PROVIDER_AUTH: 'true',
        TFC_VAULT_ADDR: vault.url,
        TFC_VAULT_RUN_ROLE: 'nobody',
      });
      vault.answer(
        json(503, { errors: ['Vault is sealed'] }),
        json(400, { errors: ['role "nobody" could not be found'] }),
      );
      expect((await failed(system, id)).error).toMatchObject({
        code: 'VAULT_LOGIN_REFUSED',
        message: expect.stringContaining('role "nobody" could not be found'),
      });
      expect(vault.received.map(({ path }) => path)).toEqual(['/v1/auth/jwt/login', '/v1/auth/jwt/login']);
    } finally {
      await vault.stop();
    }
  }, 60_000);
});
