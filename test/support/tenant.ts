import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '@berth/persistence';
import { freePort } from '@berth/private-servers';
import { BuildClient } from './build-client.js';
import type { CommandLine, Ended } from './command-line.js';
import { userKey } from './people.js';
import { ServiceProcess } from './service-process.js';
import type { System } from './system.js';

/** A team with a project of its own, in which it may do everything. */
export interface TenantTeam {
  readonly project: string;
  readonly workspace: string;
  readonly team: string;
  readonly email: string;
  readonly key: string;
}

const FILES = { 'main.tf': 'resource "terraform_data" "one" {\n  input = "1"\n}\n' };
const TEAMS = ['front', 'back'] as const;

/**
 * An organization that has one of everything, set up by the command line; what only a browser gives (a person's first key)
 * and what only an agent makes of its misfortunes (dead letters, unsaved states) is put into the database.
 */
export class Tenant {
  id = '';
  ownerKey = '';
  serviceKey = '';
  limitedKey = '';
  poolToken = '';
  readonly teams: Record<(typeof TEAMS)[number], TenantTeam>;
  /** Everything of it that has a name has this in it. */
  readonly mark: string;
  private agent: ServiceProcess | undefined;

  private constructor(
    private readonly system: System,
    private readonly commandLine: CommandLine,
    name: string,
  ) {
    this.mark = `${name}-${randomBytes(4).toString('hex')}`;
    const team = (of: (typeof TEAMS)[number]): TenantTeam => ({
      project: `${of}-project-${this.mark}`,
      workspace: `${of}-workspace-${this.mark}`,
      team: `${of}-team-${this.mark}`,
      email: `${of}@${this.mark}.example`,
      key: '',
    });
    this.teams = { front: team('front'), back: team('back') };
  }

  static async settle(system: System, commandLine: CommandLine, name: string): Promise<Tenant> {
    const tenant = new Tenant(system, commandLine, name);
    await tenant.found();
    await tenant.equip();
    for (const team of TEAMS) {
      await tenant.settleTeam(team);
    }
    await tenant.suffer();
    return tenant;
  }

  /** Nothing of it changes by itself any more. */
  async freeze(): Promise<void> {
    await this.agent?.end('SIGKILL');
  }

  private get database(): Database {
    return this.system.database.database;
  }

  /** What a command prints. @throws Error where it does not end with this code */
  private async berth(key: string, args: readonly string[], code = 0): Promise<string> {
    const ended: Ended = await this.commandLine.run(args, { BERTH_KEY: key });
    if (ended.code !== code) {
      throw new Error(`berth ${args.join(' ')}: ${String(ended.code)}\n${ended.stdout}${ended.stderr}`);
    }
    return ended.stdout.trim();
  }

  private async keyOf(email: string): Promise<string> {
    const [row] = await this.database.rows<{ id: string }>('select id from users where email = $1', [email]);
    return userKey(this.database, String(row?.id));
  }

  private async found(): Promise<void> {
    const { mark } = this;
    const owner = `owner@${mark}.example`;
    const args = ['organizations', 'create', mark, '--owner', owner, '--json'];
    this.id = (JSON.parse(await this.berth(this.system.api.key, args)) as { id: string }).id;
    this.ownerKey = await this.keyOf(owner);
  }

  /** What belongs to the whole of it. */
  private async equip(): Promise<void> {
    const { mark, ownerKey } = this;
    const berth = async (...args: readonly string[]) => this.berth(ownerKey, args);
    await berth('pools', 'create', `pool-${mark}`);
    this.poolToken = await berth('pools', 'tokens', 'create', `pool-${mark}`, `token-${mark}`);
    await berth('variable-sets', 'create', `set-${mark}`);
    await berth(
      'variables',
      'set',
      '--set',
      `set-${mark}`,
      '--env',
      `SHARED_${mark.replace('-', '_')}=${mark}`,
    );
    await berth('keys', 'create', `own-${mark}`, '--expires', '30d');
    this.serviceKey = await berth('keys', 'create', `service-${mark}`, '--service', '--role', 'owner');
    this.agent = await this.startAgent();
  }

  private async startAgent(): Promise<ServiceProcess> {
    const home = await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'tenant-'));
    const agent = new ServiceProcess(
      `agent-${this.mark}`,
      await freePort(),
      'agent',
      {
        PATH: process.env['PATH'] ?? '',
        HOME: home,
        AMQP_URL: this.system.broker.agentUrl,
        BERTH_API_URL: this.system.api.baseUrl,
        BERTH_AGENT_TOKEN: this.poolToken,
        BERTH_AGENT_ID: `agent-${this.mark}`,
        BERTH_POD_NAME: `pod-${this.mark}`,
        BERTH_AGENT_HOME: home,
        BERTH_AGENT_SLOTS: '3',
      },
      join(home, 'agent.log'),
    );
    agent.start();
    await agent.ready();
    return agent;
  }

  /** A project with a workspace that has been applied once, and a plan that waits. */
  private async settleTeam(name: (typeof TEAMS)[number]): Promise<void> {
    const { mark, ownerKey } = this;
    const { project, workspace, team, email } = this.teams[name];
    const asOwner = async (...args: readonly string[]) => this.berth(ownerKey, args);
    await asOwner('projects', 'create', project);
    await asOwner('teams', 'create', team, '--group', `group-${team}`);
    await asOwner('members', 'add', email);
    await asOwner('teams', 'add', team, email);
    await asOwner('grants', 'add', 'admin', '--team', team, '--project', project);
    const key = await this.keyOf(email);
    this.teams[name] = { ...this.teams[name], key };
    const asMember = async (code: number, ...args: readonly string[]) => this.berth(key, args, code);
    await asMember(0, 'workspaces', 'create', workspace, '--project', project, '--pool', `pool-${mark}`);
    await asMember(0, 'variables', 'set', '--workspace', workspace, '--env', `NAME_${name}=${mark}`);
    await this.commandLine.put(FILES);
    await asMember(0, 'run', '--workspace', workspace, '--auto-approve', '--message', mark);
    await asMember(0, 'workspaces', 'update', workspace, '--approvals', '3');
    await asMember(3, 'run', '--workspace', workspace, '--destroy', '--detach', '--message', mark);
    const { items } = JSON.parse(
      await asMember(0, 'runs', '--workspace', workspace, '--status', 'apply_pending', '--json'),
    ) as { items: { id: string; planHash: string }[] };
    const waiting = items[0] ?? { id: '', planHash: '' };
    await asMember(3, 'confirm', waiting.id, '--plan-hash', waiting.planHash, '--comment', mark);
    await asOwner('variable-sets', 'assign', `set-${mark}`, workspace);
    if (name === 'front') {
      this.limitedKey = await asOwner(
        ...['keys', 'create', `limited-${mark}`, '--service', '--role', 'admin', '--project', project],
      );
    }
  }

  private async suffer(): Promise<void> {
    const builds = new BuildClient(this.system.api.baseUrl, this.ownerKey);
    await builds.submit(Buffer.from(this.mark));
    await builds.expect('POST', '/api/workers/register', {
      name: `worker-${this.mark}`,
      capabilities: { platforms: ['android'], maxConcurrentBuilds: 1 },
    });
    await this.database.rows(
      `insert into build_artifacts (task_id, path, organization_id, attempt, object_id)
       select task_id, $2, organization_id, 1, source_id from builds where organization_id = $1`,
      [this.id, this.mark],
    );
    await this.database.rows(
      `insert into dead_letters (organization_id, source, reason, content, size_bytes)
       values ($1, 'berth.scheduler', $2, convert_to($2, 'utf8'), 4)`,
      [this.id, this.mark],
    );
    await this.database.rows(
      `insert into unsaved_states (organization_id, workspace_id, task_id, attempt, serial, lineage, sha256, size_bytes, sealed_content)
       select organization_id, workspace_id, id, attempt, 7, $2, repeat('0', 64), 4, convert_to($2, 'utf8')
       from tasks where organization_id = $1 and status = 'succeeded'`,
      [this.id, this.mark],
    );
  }
}
