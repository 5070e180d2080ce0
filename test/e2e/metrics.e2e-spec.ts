import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { METRICS, type MetricDefinition } from '@berth/observability';
import type { ServiceProcess } from '../support/service-process.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

describe('the metrics of running services', () => {
  let system: System;

  beforeAll(async () => {
    system = await System.start({ agents: 1, schedulers: 2 });
  }, 120_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  async function scrape(service: ServiceProcess): Promise<string> {
    const answer = await fetch(`${service.url}/metrics`, { signal: AbortSignal.timeout(5_000) });
    return answer.text();
  }

  function toldNames(text: string): string[] {
    const names = [...text.matchAll(/^# TYPE (berth_\w+) /gm)].map(([, name = '']) => name);
    return names.sort();
  }

  it('are those of the catalogue for each service, and no others', async () => {
    const [scheduler] = system.schedulers;
    const [agent] = system.agents;
    if (scheduler === undefined || agent === undefined) {
      throw new Error('no scheduler, or no agent');
    }
    const services = { api: system.apiService, registry: system.registry, scheduler, agent };
    for (const [service, process] of Object.entries(services)) {
      const expected = Object.entries<MetricDefinition>(METRICS)
        .filter(([, { services: who }]) => who.some((one) => one === service))
        .map(([name]) => name);
      expect({ service, names: toldNames(await scrape(process)) }).toEqual({
        service,
        names: expected.sort(),
      });
    }
  });

  it('name routes by their templates, and so nobody’s ids', async () => {
    await system.api.call('GET', '/api/v1/tasks/0192f0c1-0000-7000-8000-000000000001');
    await system.api.call('GET', '/api/v1/tasks/0192f0c1-0000-7000-8000-000000000002');
    await system.api.call('GET', '/nowhere');
    await waitFor('both to be counted', async () =>
      /^berth_http_requests_total\{method="GET",route="\/api\/v1\/tasks\/:\w+",status="4xx",service="api"\} 2$/m.test(
        await scrape(system.apiService),
      ),
    );
    const told = await scrape(system.apiService);
    expect(told).not.toContain('0192f0c1');
    expect(told).not.toContain('nowhere');
    expect(told).toMatch(
      /^berth_http_requests_total\{method="GET",route="other",status="4xx",service="api"\} 1$/m,
    );
  });

  it('say that the connections to database and broker are there', async () => {
    for (const service of system.all) {
      const told = await scrape(service);
      const connections = [...told.matchAll(/^berth_broker_connected\{connection="(\w+)".*\} (\d)$/gm)];
      expect(connections.map(([, , isOpen]) => isOpen)).toEqual(connections.map(() => '1'));
      expect(connections.length).toBeGreaterThan(0);
    }
    expect(await scrape(system.registry)).toMatch(/^berth_database_connections\{state="total".*\} [1-9]/m);
  });

  it('tell of the whole system in one scheduler, and in the other within seconds when that one is killed', async () => {
    const tellers = async (): Promise<ServiceProcess[]> => {
      const running = system.schedulers.filter((one) => one.isRunning);
      const texts = await Promise.all(running.map(scrape));
      return running.filter((_, n) => /^berth_queue_depth\{/m.test(texts[n] ?? ''));
    };
    await waitFor('one to tell', async () => (await tellers()).length === 1);
    const [teller] = await tellers();
    await teller?.end('SIGKILL');
    const killedAt = performance.now();
    await waitFor('the other to tell', async () => (await tellers()).length === 1, 20_000);
    expect(performance.now() - killedAt).toBeLessThan(15_000);
    teller?.start();
    await teller?.ready();
    expect(await tellers()).toHaveLength(1);
  });
});
