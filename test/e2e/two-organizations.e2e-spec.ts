import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiCaller } from '../support/api-caller.js';
import { CommandLine } from '../support/command-line.js';
import { operationsOf, type OpenApiDocument, type Operation } from '../support/fuzz/requests.js';
import { System } from '../support/system.js';
import { Tenant, type TenantTeam } from '../support/tenant.js';
import { probesOf, type Place, type Probe, type Things } from '../support/tenant-probes.js';
import { idsBelow, idsOf, rowsOf } from '../support/tenant-rows.js';

/** What a refusal may be. */
const REFUSED = [400, 403, 404, 409, 410, 422];
/** Tables that must not be empty, or that they stay as they are would say nothing. */
const FILLED = [
  ...[
    'agents',
    'api_keys',
    'approvals',
    'audit_records',
    'build_artifacts',
    'builds',
    'configurations',
    'dead_letters',
    'grants',
    'members',
  ],
  ...['organizations', 'pools', 'projects', 'slots', 'state_versions', 'tasks', 'team_members'],
  ...['teams', 'unsaved_states', 'variable_sets', 'variables', 'workspaces'],
];

interface Attacker {
  readonly who: string;
  readonly key: string;
}

describe('two organizations with two teams each', () => {
  let system: System;
  let acme: Tenant;
  let birch: Tenant;
  let operations: Operation[];
  let session: string;

  beforeAll(async () => {
    system = await System.start({ agents: 0, apiEnv: { BERTH_REQUESTS_PER_MINUTE: '1000000' } });
    const commandLine = await CommandLine.of({ url: system.api.baseUrl, key: '' });
    acme = await Tenant.settle(system, commandLine, 'acme');
    birch = await Tenant.settle(system, commandLine, 'birch');
    const opened = await new ApiCaller(system.api.baseUrl, acme.poolToken).expect<{ token: string }>(
      'POST',
      '/agent/v1/sessions',
      {
        agentId: `agent-too-${acme.mark}`,
        agentSecret: 's'.repeat(43),
        podName: 'pod',
        slots: 1,
        concurrency: 1,
        version: 'test',
      },
    );
    session = opened.token;
    const all = operationsOf(await system.api.expect<OpenApiDocument>('GET', '/openapi.json'));
    // Refusals are recorded with what was asked for: the records are read before anybody has asked for anything.
    const isAudit = ({ path }: Operation) => path.startsWith('/api/v1/audit');
    operations = [...all.filter(isAudit), ...all.filter((one) => !isAudit(one))];
    // What changes from here on is changed by who is not to.
    await Promise.all([...system.schedulers, system.registry].map(async (one) => one.end('SIGTERM')));
    await Promise.all([acme.freeze(), birch.freeze()]);
  }, 300_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  async function column(sql: string, ...values: readonly string[]): Promise<string[]> {
    const rows = await system.database.database.rows<{ value: string }>(sql, [...values]);
    return rows.map(({ value }) => value);
  }

  /** What a tenant has, by where it stands in a path; of one team's project where one is named. */
  async function placeOf(tenant: Tenant, team: TenantTeam): Promise<Place> {
    const { id, mark } = tenant;
    const [workspaceId = ''] = await column(
      'select id as value from workspaces where name = $1',
      team.workspace,
    );
    const ids = async (table: string, more = '') =>
      column(`select id::text as value from ${table} where organization_id = $1 ${more}`, id);
    const ofWorkspace = async (table: string, what = 'id') =>
      column(`select ${what}::text as value from ${table} where workspace_id = $1 order by 1`, workspaceId);
    const [projectId = ''] = await column('select id as value from projects where name = $1', team.project);
    const [userId = ''] = await column('select id as value from users where email = $1', team.email);
    const agents = await column(
      "select id as value from agents where organization_id = $1 and kind = 'agent'",
      id,
    );
    const workers = await column(
      "select id as value from agents where organization_id = $1 and kind = 'worker'",
      id,
    );
    const builds = await column('select task_id::text as value from builds where organization_id = $1', id);
    const things: Things = {
      workspaces: [workspaceId, team.workspace],
      variables: [String((await ofWorkspace('variables', 'key'))[0])],
      'variable-sets': [...(await ids('variable_sets')), `set-${mark}`],
      'state-versions': await ofWorkspace('state_versions'),
      'unsaved-states': await ofWorkspace('unsaved_states'),
      tasks: [...(await ofWorkspace('tasks')), ...builds],
      artifacts: await ids('stored_objects'),
      agents,
      pools: [`pool-${mark}`],
      tokens: await ids('agent_tokens'),
      'dead-letters': await ids('dead_letters'),
      members: [userId, team.email],
      teams: [...(await column('select id as value from teams where name = $1', team.team)), team.team],
      projects: [projectId, team.project],
      grants: await column('select id as value from grants where project_id::text = $1', projectId),
      keys: await ids('api_keys'),
      sessions: [userId],
      builds,
      workers,
      diagnostics: workers,
      sources: await ids('stored_objects'),
    };
    const [planHash = ''] = await column(
      "select plan_hash as value from tasks where workspace_id = $1 and status = 'apply_pending'",
      workspaceId,
    );
    const [configurationId = ''] = await ofWorkspace('configurations');
    return { things, planHash, configurationId, mark };
  }

  async function send({ method, path, headers, body }: Probe, key: string) {
    const response = await fetch(`${system.api.baseUrl}${path}`, {
      method,
      headers: { ...headers, authorization: `Bearer ${key}` },
      ...(body === null || method === 'GET' ? {} : { body }),
      redirect: 'manual',
      signal: AbortSignal.timeout(30_000),
    });
    const { status } = response;
    if (response.headers.get('content-type')?.startsWith('text/event-stream') === true) {
      await response.body?.cancel();
      return { status, text: '' };
    }
    return { status, text: await response.text() };
  }

  /** What an answer tells that its request has not said. */
  function toldBy(text: string, probe: Probe, marks: readonly string[]): string[] {
    const said = `${decoded(probe.path)} ${JSON.stringify(probe.headers)} ${probe.body?.toString() ?? ''}`;
    return marks.filter((mark) => text.includes(mark) && !said.includes(mark));
  }

  function decoded(path: string): string {
    try {
      return decodeURIComponent(path);
    } catch {
      return path;
    }
  }

  interface Raid {
    readonly attackers: readonly Attacker[];
    readonly theirs: Place;
    readonly own: Place;
    /** Ids and names that nobody is to be told. */
    readonly marks: readonly string[];
    /** Whom requests may be sent as, beside one's own organization. */
    readonly organization?: string;
    readonly skips?: (operation: Operation) => boolean;
  }

  /** Tries everything, and tells what should not have come of it. */
  async function raid({ attackers, theirs, own, marks, organization, skips }: Raid): Promise<string[]> {
    const wrong: string[] = [];
    for (const operation of operations.filter((one) => skips?.(one) !== true)) {
      for (const probe of [...probesOf(operation, theirs, own), ...bareProbes(operation, organization)]) {
        await Promise.all(
          (operation.path.startsWith('/agent/') ? AGENTS() : attackers).map(async ({ who, key }) => {
            const { status, text } = await send(probe, key);
            const told = toldBy(text, probe, marks);
            const isRight = probe.named ? REFUSED.includes(status) : status < 500;
            if (!isRight || told.length > 0) {
              wrong.push(
                `${who}: ${probe.method} ${probe.path} ${probe.body?.toString().slice(0, 200) ?? ''}\n` +
                  `  ${status} ${text.slice(0, 200)}\n  tells ${told.join(', ')}`,
              );
            }
          }),
        );
      }
    }
    return wrong;
  }

  const AGENTS = (): Attacker[] => [{ who: 'an agent of acme', key: session }];

  /** Without a place in its path: as oneself, and as if one belonged to the other organization. */
  function bareProbes({ method, path, document }: Operation, organization: string | undefined): Probe[] {
    if (path.includes('{')) {
      return [];
    }
    const bare = { method, path, body: null, headers: {}, named: false };
    const isPersonal = path.startsWith('/api/v1/account') || document['x-permission'] === undefined;
    const asTheirs = { ...bare, headers: { 'berth-organization': String(organization) }, named: true };
    return organization === undefined || isPersonal ? [bare] : [bare, asTheirs];
  }

  it('have one of everything, made by the command line', async () => {
    for (const tenant of [acme, birch]) {
      const rows = await rowsOf(system.database.database, tenant.id);
      expect(FILLED.filter((table) => (rows.get(table)?.length ?? 0) === 0)).toEqual([]);
    }
  });

  it('cannot see or touch each other’s things', async () => {
    const { database } = system.database;
    const theirs = await placeOf(birch, birch.teams.back);
    const own = await placeOf(acme, acme.teams.front);
    const before = await rowsOf(database, birch.id);
    const marks = [birch.mark, ...(await idsOf(database, birch.id))];
    expect(marks.length).toBeGreaterThan(35);
    const wrong = await raid({
      attackers: [
        { who: 'an owner of acme', key: acme.ownerKey },
        { who: 'an admin of a project of acme', key: acme.teams.front.key },
        { who: 'a service key of acme', key: acme.serviceKey },
        { who: 'a service key of a project of acme', key: acme.limitedKey },
      ],
      theirs,
      own,
      marks,
      organization: birch.mark,
    });
    expect(wrong).toEqual([]);
    expect(await rowsOf(database, birch.id)).toEqual(before);
  }, 600_000);

  it('keep what is of one team’s project from the other team', async () => {
    const { database } = system.database;
    const { front, back } = birch.teams;
    const theirs = await placeOf(birch, back);
    const own = await placeOf(birch, front);
    const roots = [String(theirs.things['projects']?.[0]), String(theirs.things['workspaces']?.[0])];
    const below = await idsBelow(database, birch.id, roots);
    const marks = [back.project, back.workspace, back.team, back.email, ...below];
    expect(marks.length).toBeGreaterThan(10);
    const theirRows = async (): Promise<[string, string[]][]> =>
      [...(await rowsOf(database, birch.id))]
        .filter(([table]) => !NOTED.includes(table))
        .map(([table, rows]) => [table, rows.filter((row) => marks.some((mark) => row.includes(mark)))]);
    const before = await theirRows();
    expect(before.filter(([, rows]) => rows.length > 0).length).toBeGreaterThan(8);
    const wrong = await raid({
      attackers: [
        { who: 'the other team', key: front.key },
        { who: 'a service key of the other project', key: birch.limitedKey },
      ],
      theirs,
      own,
      marks,
      skips: ({ path }) => path.startsWith('/agent/'),
    });
    expect(wrong).toEqual([]);
    expect(await theirRows()).toEqual(before);
  }, 600_000);
});

/** Where it is written down that somebody has tried. */
const NOTED = ['audit_records', 'idempotency_keys'];
