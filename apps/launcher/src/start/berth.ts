import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { endLeftovers, freePort, rememberProcesses } from '@berth/private-servers';
import { apiPort } from './api-port.js';
import { provideServers, secondsSince } from './backing-servers.js';
import type { BackingServers, OwnServer } from './backing-servers.js';
import type { BerthHome } from './berth-home.js';
import type { Keys } from './keys.js';
import { rotateLog } from './log-rotation.js';
import { removeRuntime, writeRuntime } from './runtime-file.js';
import { localUrl, planServices } from './service-plan.js';
import type { ServicePlan } from './service-plan.js';
import { startService } from './service-process.js';
import type { ServiceProcess } from './service-process.js';
import { Supervised } from './supervised.js';
import type { Stoppable } from './supervised.js';

export interface BerthOptions {
  home: BerthHome;
  keys: Keys;
  /** Where the apps lie; tests put stand-ins there. */
  appsDir: string;
  env: NodeJS.ProcessEnv;
  /** A line for the person at the terminal. */
  say: (message: string) => void;
}

interface SupervisedService {
  plan: ServicePlan;
  supervised: Supervised<ServiceProcess>;
}

/** The whole platform on this machine: database, broker and services, started in order and stopped in reverse. */
export class Berth {
  readonly #servers = new Map<string, OwnServer>();
  readonly #services: SupervisedService[] = [];
  /** What exists of each service, ready or not. */
  readonly #spawned = new Map<string, ServiceProcess>();
  #backing: BackingServers | undefined;
  #apiUrl = '';
  #isUp = false;
  #signInUrl: string | null = null;

  constructor(private readonly options: BerthOptions) {}

  get apiUrl(): string {
    return this.#apiUrl;
  }

  /** Brings everything up; where that fails or is aborted it throws, and `stop` ends what is there so far. */
  async start(signal: AbortSignal): Promise<void> {
    const { home, env, keys, appsDir, say } = this.options;
    const leftovers = await endLeftovers(home.processes, { signal });
    if (leftovers.length > 0) {
      say(`ended what a killed start had left behind: ${leftovers.join(', ')}`);
    }
    // Refused at once where it cannot be, and chosen when the servers are up: by then others may have started, too.
    await apiPort(env['BERTH_PORT']);
    this.#backing = await provideServers({
      home,
      env,
      signal,
      events: this.#events,
      own: (name, server) => this.#servers.set(name, server),
    });
    const port = await apiPort(env['BERTH_PORT']);
    this.#apiUrl = localUrl(port);
    const isSet = (name: string) => (env[name] ?? '') !== '';
    const plans = await planServices({
      home,
      keys,
      appsDir,
      env,
      ...this.#backing,
      apiPort: port,
      shared: isSet('DATABASE_URL') || isSet('AMQP_URL'),
      nextPort: freePort,
    });
    for (const plan of plans) {
      await access(plan.entry).catch((cause: unknown) => {
        throw new Error(`${plan.entry} is missing: run npm run build`, { cause });
      });
      this.#services.push({ plan, supervised: this.#supervise(plan) });
    }
    await this.#startServices(signal);
    this.#isUp = true;
    this.#writeDown();
  }

  /** Lets scripts find the link of the first owner. */
  offerSignIn(url: string | null): void {
    this.#signInUrl = url;
    this.#writeDown();
  }

  /** Ends the agents, then what they speak to, then what that needs. Goes on where one does not end. */
  async stop(): Promise<void> {
    this.#isUp = false;
    const agents = this.#services.filter(({ plan }) => plan.agentId !== undefined);
    const others = this.#services.filter(({ plan }) => plan.agentId === undefined).reverse();
    const problems: string[] = [];
    // Every one of a group ends at the same time; the groups one after the other.
    for (const group of [agents, ...others.map((one) => [one])]) {
      await this.#stopGroup(
        group.map(({ supervised }) => supervised),
        problems,
      );
    }
    await this.#stopGroup([...this.#servers.values()], problems);
    removeRuntime(this.options.home.runtime);
    if (problems.length > 0) {
      throw new Error(problems.join('; '));
    }
    await endLeftovers(this.options.home.processes);
  }

  /** Ends everything at once. */
  async kill(): Promise<void> {
    this.#isUp = false;
    await Promise.allSettled([...this.#spawned.values()].map((service) => service.kill()));
    const all = [...this.#services.map(({ supervised }) => supervised), ...this.#servers.values()];
    await Promise.allSettled(all.map((one) => one.kill()));
    removeRuntime(this.options.home.runtime);
  }

  async #startServices(signal: AbortSignal): Promise<void> {
    // The api brings the database's schema up to date, so it is ready before the others look at it.
    const [api, ...others] = this.#services;
    await api?.supervised.start(signal);
    const failed = new AbortController();
    const started = others.map(async ({ supervised }) =>
      supervised.start(AbortSignal.any([signal, failed.signal])).catch((error: unknown) => {
        failed.abort(error);
        throw error;
      }),
    );
    await Promise.allSettled(started);
    failed.signal.throwIfAborted();
  }

  #supervise(plan: ServicePlan): Supervised<ServiceProcess> {
    const logFile = join(this.options.home.logs, `${plan.name}.log`);
    return new Supervised<ServiceProcess>(
      plan.name,
      async (signal, previous) => {
        if (previous === undefined) {
          await rotateLog(logFile);
        }
        const begun = performance.now();
        const onSpawned = (service: ServiceProcess) => {
          this.#spawned.set(plan.name, service);
          this.#writeDown();
        };
        const service = await startService(plan, { logFile, signal, onSpawned });
        if (previous === undefined) {
          this.options.say(`${plan.name} is ready (${secondsSince(begun)})`);
        }
        return service;
      },
      this.#events,
    );
  }

  async #stopGroup(group: readonly Stoppable[], problems: string[]): Promise<void> {
    const running = group.filter((one) => one.running !== undefined);
    if (running.length > 0) {
      this.options.say(`stopping ${running.map(({ name }) => name).join(', ')}`);
    }
    for (const [index, result] of (await Promise.allSettled(group.map((one) => one.stop()))).entries()) {
      if (result.status === 'rejected') {
        problems.push(`${group[index]?.name ?? ''}: ${String(result.reason)}`);
      }
    }
  }

  readonly #events = {
    say: (message: string): void => {
      this.options.say(message);
    },
    changed: (): void => {
      this.#writeDown();
    },
  };

  /** For the start after a crash, and for scripts. */
  #writeDown(): void {
    const { home, keys } = this.options;
    rememberProcesses(
      home.processes,
      this.#services.flatMap(({ plan }) => {
        const identity = this.#spawned.get(plan.name)?.identity;
        return identity ? [{ name: plan.name, mark: plan.entry, ...identity }] : [];
      }),
    );
    if (!this.#isUp || this.#backing === undefined) {
      return;
    }
    writeRuntime(home.runtime, {
      apiUrl: this.#apiUrl,
      apiKey: keys.apiKey,
      ...this.#backing,
      ...(this.#signInUrl === null ? {} : { signInUrl: this.#signInUrl }),
      processes: this.#services.flatMap(({ plan, supervised: { running } }) => {
        const url = localUrl(plan.port);
        const agent = plan.agentId === undefined ? {} : { agentId: plan.agentId };
        return running
          ? [{ name: plan.name, pid: running.pid, ...agent, url, metricsUrl: `${url}/metrics` }]
          : [];
      }),
      servers: [...this.#servers].flatMap(([name, { running }]) =>
        running ? [{ name, pid: running.pid }] : [],
      ),
      launcherPid: process.pid,
    });
  }
}
