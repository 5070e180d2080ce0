import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Task } from '@berth/contracts';
import { CommandLine, type OnTerminal } from '../support/command-line.js';
import { PlanGate } from '../support/plan-gate.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

const CONFIGURATION = 'resource "terraform_data" "one" {\n  input = timestamp()\n}\n';
const QUESTION = /Apply this plan\? .*later\]/;

/** A `terraform` whose plans, or applies, wait for as long as the gate is shut, and the system around it. */
describe.each(['plan', 'apply'] as const)('Ctrl-C in berth run, where the %s takes its time', (command) => {
  let system: System;
  let gate: PlanGate;
  let berth: CommandLine;
  let workspaces = 0;
  let name = '';

  beforeAll(async () => {
    gate = await PlanGate.make(command);
    system = await System.start({ agents: 1, agentEnv: { PATH: gate.path } });
    const { baseUrl: url, key } = system.api;
    berth = await CommandLine.of({ url, key }, { 'main.tf': CONFIGURATION });
  }, 90_000);

  beforeEach(async () => {
    await gate.close();
    workspaces += 1;
    name = `${command}-${workspaces}`;
    await system.api.workspace(name, { 'main.tf': CONFIGURATION });
  });

  afterEach(async () => {
    await gate.open();
    // A plan that waits keeps its slot from the next test.
    for (const { id, finishedAt } of await runs()) {
      await (finishedAt === null ? system.api.call('POST', `/api/v1/tasks/${id}/cancel`, {}) : null);
    }
  });

  afterAll(async () => {
    await gate.open();
    await system.stop();
  }, 60_000);

  async function runs(): Promise<Task[]> {
    const { items } = await system.api.expect<{ items: Task[] }>('GET', `/api/v1/tasks?workspaceId=${name}`);
    return items;
  }

  async function runIs(...statuses: Task['status'][]): Promise<Task> {
    return waitFor(`the run to be ${statuses.join(' or ')}`, async () => {
      const [run] = await runs();
      return run !== undefined && statuses.includes(run.status) ? run : null;
    });
  }

  /** Up to where the gate holds it. */
  async function heldAtTheGate(): Promise<OnTerminal> {
    const terminal = berth.onTerminal(['run', '-w', name]);
    if (command === 'apply') {
      await terminal.reads(QUESTION);
      terminal.type('yes\n');
    }
    await terminal.reads(command === 'plan' ? /==> terraform plan/ : /==> terraform apply/);
    return terminal;
  }

  if (command === 'plan') {
    it('before anything is queued, queues nothing', async () => {
      const terminal = berth.onTerminal(['run', '-w', 'not-there-yet']);
      await terminal.reads(/Make it\?/);
      terminal.pressCtrlC();
      await terminal.reads(/Stopped: nothing was queued/);
      expect((await terminal.ends()).code).toBe(130);
      expect(await system.api.call('GET', '/api/v1/workspaces/not-there-yet')).toMatchObject({ status: 404 });
    }, 40_000);

    it('at the question, asks whether the plan is to wait, and discards it where that is wanted', async () => {
      await gate.open();
      const terminal = berth.onTerminal(['run', '-w', name]);
      await terminal.reads(QUESTION);
      terminal.pressCtrlC();
      await terminal.reads(/\[l\]eave: leave it waiting, \[d\]iscard it, or \[w\]atch on\?/);
      terminal.type('w\n');
      await terminal.reads(QUESTION);
      terminal.pressCtrlC();
      await terminal.reads(/\[w\]atch on\?/);
      terminal.type('d\n');
      expect((await terminal.ends()).code).toBe(1);
      await runIs('discarded');
    }, 60_000);
  }

  it('asks once, and cancels the run where that is wanted', async () => {
    const terminal = await heldAtTheGate();
    terminal.pressCtrlC();
    await terminal.reads(/\[l\]eave: leave it running, \[c\]ancel it.*, or \[w\]atch on\?/);
    terminal.type('c\n');
    await terminal.reads(/was cancelled/);
    expect((await terminal.ends()).code).toBe(1);
    await runIs('cancelled');
  }, 60_000);

  it('leaves the run alone where that is wanted', async () => {
    const terminal = await heldAtTheGate();
    terminal.pressCtrlC();
    await terminal.reads(/\[w\]atch on\?/);
    terminal.type('\n');
    await terminal.reads(/goes on without you: berth logs -f/);
    expect((await terminal.ends()).code).toBe(130);
    await gate.open();
    await runIs(command === 'plan' ? 'apply_pending' : 'succeeded');
  }, 60_000);

  it('pressed twice, leaves it alone too', async () => {
    const terminal = await heldAtTheGate();
    terminal.pressCtrlC();
    await terminal.reads(/\[w\]atch on\?/);
    terminal.pressCtrlC();
    expect((await terminal.ends()).code).toBe(130);
    await gate.open();
    await runIs(command === 'plan' ? 'apply_pending' : 'succeeded');
  }, 60_000);

  it('goes on showing the run where that is wanted, and tells nothing twice', async () => {
    const terminal = await heldAtTheGate();
    terminal.pressCtrlC();
    await terminal.reads(/\[w\]atch on\?/);
    terminal.type('w\n');
    await gate.open();
    if (command === 'plan') {
      await terminal.reads(QUESTION);
      terminal.type('later\n');
    }
    expect((await terminal.ends()).code).toBe(command === 'plan' ? 3 : 0);
    expect(terminal.text.match(/==> terraform init/g)).toHaveLength(1);
  }, 60_000);

  it('without a terminal ends the watching, and not the run', async () => {
    const args = ['run', '-w', name, '--auto-approve'];
    const child = berth.start(args);
    let said = '';
    child.stdout.on('data', (data: Buffer) => (said += data.toString()));
    child.stderr.on('data', (data: Buffer) => (said += data.toString()));
    const ended = new Promise((done) => child.once('close', done));
    await waitFor('the log', async () => said.includes(`==> terraform ${command}`));
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(said).toMatch(/goes on without you/);
    await gate.open();
    await runIs('succeeded');
  }, 60_000);

  it('is not needed where --timeout ends the watching, and never the run', async () => {
    const watched = await berth.run(['run', '-w', name, '--auto-approve', '--timeout', '3']);
    expect(watched.code).toBe(124);
    expect(watched.stderr).toMatch(/It goes on: berth logs -f/);
    await gate.open();
    await runIs('succeeded');
  }, 60_000);
});
