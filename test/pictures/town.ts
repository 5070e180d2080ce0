import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@berth/private-servers';
import { Fleet } from '../support/fleet.js';
import { ProviderMirror } from '../support/provider-mirror.js';
import { ServiceProcess } from '../support/service-process.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';
import { hire, organize, type Crew } from './people.js';

/** What runs and waits is cut off at the end; nobody needs its result. */
const SHORT = { BERTH_AGENT_DRAIN_SECONDS: '1', BERTH_TERRAFORM_GRACE_SECONDS: '2' };

/** A whole Berth with two pools and the people who work there. */
export interface Town {
  readonly system: System;
  readonly organizationId: string;
  readonly crew: Crew;
  stop(): Promise<void>;
}

/** @param apiEnv more settings of the api */
export async function openTown(apiEnv: Readonly<Record<string, string>> = {}): Promise<Town> {
  const mirror = new ProviderMirror();
  await mirror.open();
  await mirror.offer('1.4.0');
  const agentEnv = { ...SHORT, BERTH_TERRAFORM_CLI_CONFIG: mirror.cliConfigFile };
  const system = await System.start({
    agents: 2,
    agentEnv,
    apiEnv,
    // Workers that only stand there do not ask for builds.
    registryEnv: { BERTH_WORKER_LOST_AFTER_MS: '3600000' },
  });
  const more: ServiceProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(more.map(async (one) => one.end('SIGTERM')));
    await system.stop();
    await mirror.close();
  };
  try {
    const { id: organizationId } = await system.api.expect<{ id: string }>('GET', '/api/v1/organization');
    const crew = await hire(system.database.database, system.api, organizationId);
    await organize(crew);
    const { ada } = crew.by;
    for (const pool of ['production', 'sandbox']) {
      await ada.expect('POST', '/api/v1/pools', { name: pool });
    }
    await ada.expect('PATCH', '/api/v1/pools/production', { maxReservedSlots: 6 });
    const { token } = await ada.expect<{ token: string }>('POST', '/api/v1/pools/production/tokens', {
      name: 'cluster-north',
    });
    for (const id of ['north-1', 'north-2']) {
      more.push(await agentOf(system, id, { ...agentEnv, BERTH_AGENT_TOKEN: token }));
    }
    await Promise.all(more.map(async (one) => one.ready()));
    return { system, organizationId, crew, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function agentOf(system: System, id: string, env: Record<string, string>): Promise<ServiceProcess> {
  const home = await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', `${id}-`));
  const agent = new ServiceProcess(
    id,
    await freePort(),
    'agent',
    {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      AMQP_URL: system.broker.agentUrl,
      BERTH_API_URL: system.api.baseUrl,
      BERTH_AGENT_ID: id,
      BERTH_POD_NAME: `pod-${id}`,
      BERTH_AGENT_HOME: home,
      ...env,
    },
    join(home, 'agent.log'),
  );
  agent.start();
  return agent;
}

/** An agent that was there and says nothing any more. */
export async function loseAgent({ system }: Town): Promise<void> {
  const { database } = system.database;
  const fleet = await Fleet.in(database);
  await fleet.agent('agent-3', 4);
  await database.rows(
    "update agents set version = (select version from agents where id = 'agent-1') where id = 'agent-3'",
  );
  await waitFor(
    'the silent agent to be lost',
    async () => {
      const [agent] = await database.rows<{ status: string }>(
        "select status from agents where id = 'agent-3'",
      );
      return agent?.status === 'lost';
    },
    60_000,
  );
}
