import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Failure } from '@berth/domain';
import { BackendOverride } from '../../apps/agent/src/terraform/backend-override.js';
import { classifyFailure, type FailedRun } from '../../apps/agent/src/terraform/failure-classes.js';
import { readPlanJson } from '../../apps/agent/src/terraform/plan-json.js';
import { summarizePlan, type SummarizedPlan } from '../../apps/agent/src/terraform/plan-summary.js';
import { DoorServer } from '../../apps/agent/src/terraform/state-door/door-server.js';
import { NOT_CONFINED } from '../../apps/agent/src/processes/isolation/no-isolation.js';
import { taskEnvironment } from '../../apps/agent/src/terraform/task-environment.js';
import { readTerraformOutput } from '../../apps/agent/src/terraform/terraform-output.js';
import {
  runTerraform,
  type TerraformCommand,
  type TerraformResult,
} from '../../apps/agent/src/terraform/terraform-process.js';
import { writeVariables, type TerraformVariable } from '../../apps/agent/src/terraform/variables-file.js';
import { HttpStateServer } from './http-state-server.js';

interface StateInstance {
  readonly status?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface State {
  readonly resources: readonly { readonly name: string; readonly instances: readonly StateInstance[] }[];
}

/** A work directory for the real terraform on PATH, with a state server of its own. */
export class TerraformSlot {
  readonly server = new HttpStateServer();
  work = '';
  log = '';
  cliConfigFile: string | null = null;
  /** Environment variables of the workspace. */
  readonly environment = new Map<string, string>();
  private shown = 'token-of-the-plan';
  private root = '';
  private override: BackendOverride | null = null;
  private variableFiles: string[] = [];
  private beforeRead: (() => Promise<void>) | null = null;
  private doorPort = 0;
  private readonly door = new DoorServer({
    refused: () => {
      this.refused += 1;
    },
    beforeRead: async () => this.beforeRead?.(),
    warn: () => undefined,
  });
  private pid: number | null = null;
  /** How many processes that are not terraform have asked for the state. */
  refused = 0;

  async open(): Promise<void> {
    this.server.passwords.add(this.shown);
    await this.server.listen();
    this.root = await realpath(await mkdtemp(join(tmpdir(), 'berth-terraform-')));
    this.work = join(this.root, 'work');
    for (const name of ['work', 'home', 'tmp']) {
      await mkdir(join(this.root, name));
    }
    this.doorPort = await this.door.listen(0);
    this.admit();
  }

  /** The password that the door shows; the server accepts the first one. */
  set token(token: string) {
    this.shown = token;
    this.admit();
  }

  private admit(): void {
    const { shown: token, stateAddress: address, pid } = this;
    this.door.admit({ path: 'door', address, token, pid, asksBeforeRead: this.beforeRead !== null });
  }

  async close(): Promise<void> {
    await this.door.close();
    await this.server.close();
    await rm(this.root, { recursive: true, force: true });
  }

  async configure(files: Record<string, string>, variables: TerraformVariable[] = []): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(this.work, name), content);
    }
    this.override = new BackendOverride(this.work);
    await this.give(variables);
  }

  /** Values for the commands that follow, in place of those before. */
  async give(variables: TerraformVariable[]): Promise<void> {
    this.variableFiles = await writeVariables(join(this.root, 'variables'), variables);
  }

  run(args: string[], options: Partial<TerraformCommand> = {}): Promise<TerraformResult> {
    return runTerraform({
      ...this.command(args),
      ...options,
      onSpawn: (spawned) => {
        this.pid = spawned.pid;
        this.admit();
        options.onSpawn?.(spawned);
      },
    });
  }

  /** For a command that looks for the backend in the configuration. */
  async withBackend<T>(work: () => Promise<T>): Promise<T> {
    await this.override?.write();
    try {
      return await work();
    } finally {
      await this.override?.remove();
    }
  }

  async init(): Promise<TerraformResult> {
    return this.withBackend(async () =>
      this.run(['init', '-input=false', '-no-color', ...this.variableArguments]),
    );
  }

  async plan(...args: string[]): Promise<TerraformResult> {
    const init = await this.init();
    if (init.exitCode !== 0) {
      throw new Error(`init failed: ${init.stderrTail}`);
    }
    this.letRead(async () => this.override?.remove());
    try {
      const command = ['plan', '-json', '-input=false', `-out=${this.planFile}`];
      return await this.withBackend(async () => this.run([...command, ...this.variableArguments, ...args]));
    } finally {
      this.letRead(null);
    }
  }

  apply(options: Partial<TerraformCommand> = {}): Promise<TerraformResult> {
    return this.run(['apply', '-json', '-input=false', this.planFile], options);
  }

  /** With the variables that were given last, for a plan that keeps none of their values. */
  applyGiven(): Promise<TerraformResult> {
    return this.run(['apply', '-json', '-input=false', ...this.variableArguments, this.planFile]);
  }

  async show(refreshOnly = false): Promise<SummarizedPlan> {
    const plan = readPlanJson(await this.shownJson());
    if (plan === null) {
      throw new Error('no plan');
    }
    return summarizePlan(plan, { refreshOnly });
  }

  /** What `show -json` prints of the plan. */
  async shownJson(): Promise<string> {
    const shown = await readTerraformOutput(this.command(['show', '-json', this.planFile]), 10_000_000);
    if (shown.exitCode !== 0) {
      throw new Error(`no plan: ${shown.stderrTail}`);
    }
    return shown.stdout;
  }

  get planFile(): string {
    return join(this.root, 'plan.bin');
  }

  /** For an apply that writes its outputs to files. */
  get outputs(): string {
    return join(this.root, 'outputs');
  }

  get state(): State {
    return JSON.parse(this.server.states.get('/state') ?? '{"resources":[]}') as State;
  }

  /** Living processes that were started for this slot, whatever became of their parents. */
  processes(): string[] {
    const home = `HOME=${join(this.root, 'home')}`;
    return readdirSync('/proc').filter((name) => {
      try {
        return /^\d+$/.test(name) && readFileSync(`/proc/${name}/environ`, 'utf8').includes(home);
      } catch {
        return false;
      }
    });
  }

  private letRead(beforeRead: (() => Promise<void>) | null): void {
    this.beforeRead = beforeRead;
    this.admit();
  }

  private get variableArguments(): string[] {
    return this.variableFiles.map((path) => `-var-file=${path}`);
  }

  private get stateAddress(): string {
    return `${this.server.url}/state`;
  }

  private command(args: string[]): TerraformCommand {
    return {
      binary: 'terraform',
      args,
      cwd: this.work,
      confinement: NOT_CONFINED,
      env: taskEnvironment({
        run: { taskId: 'task', attempt: 1, workspace: 'workspace' },
        agentEnv: process.env,
        passThrough: [],
        directory: this.work,
        home: join(this.root, 'home'),
        tmpDir: join(this.root, 'tmp'),
        cliConfigFile: this.cliConfigFile,
        stateAddress: `http://127.0.0.1:${this.doorPort}/door`,
        variables: [...this.environment].map(([key, value]) => ({ key, value })),
      }),
      json: args.includes('-json'),
      onText: (text) => {
        this.log += text;
      },
      signal: new AbortController().signal,
      graceMs: 20_000,
    };
  }
}

/** What the agent makes of a command that failed. */
export function failureOf(step: FailedRun['step'], result: TerraformResult): Failure {
  const applyStarted = result.firstApplyStartAt !== null;
  return classifyFailure({ ...result, step, stderr: result.stderrTail, applyStarted });
}

/** Waits until a process is gone, or dead and only waiting to be reaped. */
export async function processGone(pid: number): Promise<void> {
  const path = `/proc/${pid}/stat`;
  while (existsSync(path) && !/\) Z /.test(readFileSync(path, 'utf8'))) {
    await sleep(5);
  }
}
