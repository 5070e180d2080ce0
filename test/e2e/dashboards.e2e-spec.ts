import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Workspace } from '@berth/contracts';
import { BuildFleet } from '../support/build-fleet.js';
import { readDashboards, type Dashboard } from '../support/dashboards.js';
import { Fleet } from '../support/fleet.js';
import { PrivatePrometheus } from '../support/private-prometheus.js';
import { findPrometheus } from '../support/prometheus.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

const HELLO = { 'main.tf': 'resource "terraform_data" "a" { input = "a" }\n' };
const BROKEN = { 'main.tf': 'resource "nothing" {\n' };

const programs = await findPrometheus();
const missing = typeof programs === 'string' ? programs : null;
const withPrometheus = missing === null ? describe : describe.skip;
const dashboards = await readDashboards();

/** As Grafana asks it, with what it would put in. */
function asked(query: string): string {
  return query.replaceAll('$__rate_interval', '1m').replaceAll('$pool', 'default');
}

withPrometheus(`the dashboards${missing === null ? '' : ` (left out: ${missing})`}`, () => {
  let system: System;
  let prometheus: PrivatePrometheus;

  beforeAll(async () => {
    if (typeof programs === 'string') {
      throw new Error(programs);
    }
    system = await System.start({ agents: 1 });
    const host = ({ url }: { url: string }): string => new URL(url).host;
    prometheus = await PrivatePrometheus.start(programs, {
      'berth-api': [host(system.apiService)],
      'berth-scheduler': system.schedulers.map(host),
      'berth-registry': [host(system.registry)],
      'berth-agent': system.agents.map(host),
    });
    await work();
  }, 180_000);

  afterAll(async () => {
    await prometheus.stop();
    await system.stop();
  }, 60_000);

  /** What leaves something in every panel: warm and cold applies, one that fails, one that is tried again, builds. */
  async function work(): Promise<void> {
    const { api } = system;
    const hello = await api.workspace('hello', HELLO);
    const planned = await api.task(hello.id, 'plan_and_apply');
    await api.reaches(planned.id, 'apply_pending');
    await api.expect('POST', `/api/v1/tasks/${planned.id}/confirm`, {});
    await api.reaches(planned.id, 'succeeded');

    const broken = await api.workspace('broken', BROKEN);
    const failing = await api.task(broken.id, 'plan');
    await waitFor('the plan to fail', async () => (await api.read(failing.id)).status === 'failed');

    const away: Workspace = await api.expect('POST', '/api/v1/workspaces', {
      name: 'away',
      engine: 'terraform',
      git: { url: 'http://127.0.0.1:1/nobody.git' },
    });
    const retried = await api.task(away.id, 'plan');
    await waitFor('a plan to be tried again', async () => (await api.read(retried.id)).retries > 0);
    await api.expect('POST', `/api/v1/tasks/${retried.id}/cancel`, {});

    const built = await api.expect<{ id: string }>('POST', '/api/v1/tasks', {
      kind: 'build',
      steps: [{ run: 'echo built' }],
    });
    await api.reaches(built.id, 'succeeded');
    const { organizationId } = await Fleet.in(system.database.database);
    await new BuildFleet(system.database.database, organizationId).build('ios');
  }

  it.each(dashboards)('of $file get an answer to each of their queries', async ({ panels }: Dashboard) => {
    const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => asked(expr)));
    const open = new Set(queries);
    // A rate needs two scrapes, and a rule an evaluation after them.
    await waitFor('every query to give a series', async () => {
      for (const query of open) {
        if ((await prometheus.seriesOf(query)) > 0) {
          open.delete(query);
        }
      }
      return open.size === 0;
    }).catch(() => undefined);
    expect([...open]).toEqual([]);
  });
});
