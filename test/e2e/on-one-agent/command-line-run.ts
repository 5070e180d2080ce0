import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { CommandLine } from '../../support/command-line.js';
import type { System } from '../../support/system.js';
import { oneAgentSystem } from './one-agent-system.js';

const CONFIGURATION = `
variable "greeting" {
  default = "hello"
}
resource "terraform_data" "one" {
  input = var.greeting
}
output "said" {
  value = terraform_data.one.output
}
`;
const QUESTION = /Apply this plan\? .*later\]/;

describe('berth run', () => {
  let system: System;
  let berth: CommandLine;

  beforeAll(async () => {
    system = await oneAgentSystem();
    berth = await CommandLine.of(
      { url: system.api.baseUrl, key: system.api.key },
      { 'main.tf': CONFIGURATION },
    );
  }, 90_000);

  /** The id that a command names, and its workspace's newest run. */
  async function newest(workspace: string): Promise<{ id: string; planHash: string; status: string }> {
    const { stdout } = await berth.run(['runs', '--json', '-n', '1', '-w', workspace]);
    return JSON.parse(stdout).items[0];
  }

  it('makes the workspace after asking, plans, asks, applies warm, and remembers the workspace', async () => {
    const terminal = berth.onTerminal(['run']);
    await terminal.reads(/Which workspace is this directory\? \[work\]/);
    terminal.type('first\n');
    await terminal.reads(/no workspace "first" yet. Make it\? \[Y\/n\]/);
    terminal.type('\n');
    await terminal.reads(/Uploaded: \d+ B\./);
    await terminal.reads(/# terraform_data.one will be created/);
    await terminal.reads(
      /Plan: 1 to add, 0 to change, 0 to destroy, 1 output to change\.\n {2}\+ terraform_data.one/,
    );
    await terminal.reads(QUESTION);
    terminal.type('yes\n');
    await terminal.reads(/plan hash verified, skipping init and plan restore/);
    await terminal.reads(/Apply complete! Resources: 1 added/);
    await terminal.reads(/said = "hello"/);
    await terminal.reads(/has succeeded, in the warm slot of its plan/);
    expect((await terminal.ends()).code).toBe(0);
    expect(JSON.parse(await readFile(join(berth.directory, '.berth.json'), 'utf8'))).toEqual({
      workspace: 'first',
    });
  }, 90_000);

  it('sends nothing that the workspace has, and says that there is nothing to change', async () => {
    await berth.run(['run', '--plan-only']);
    const again = await berth.run(['run', '--auto-approve']);
    expect(again).toMatchObject({ code: 0 });
    expect(again.stderr).toMatch(/Nothing has changed since it was uploaded/);
    expect(again.stderr).toMatch(/There is nothing to change/);
  }, 30_000);

  it('leaves the plan waiting without a terminal, and says how it is confirmed', async () => {
    const left = await berth.run(['run', '--var', 'greeting=left', '-m', 'try it']);
    expect(left.code).toBe(3);
    const { id, planHash } = await newest('first');
    expect(left.stderr).toContain(`berth confirm ${id} --plan-hash ${planHash}`);
    expect(left.stdout).toContain('Plan: 0 to add, 1 to change, 0 to destroy');

    const withoutHash = await berth.run(['confirm', id]);
    expect(withoutHash).toMatchObject({ code: 2, stdout: '' });
    expect(withoutHash.stderr).toContain(`--plan-hash ${planHash}`);
    const wrongHash = await berth.run(['confirm', id, '--plan-hash', '0'.repeat(64)]);
    expect(wrongHash).toMatchObject({ code: 1, stdout: '' });
    expect(wrongHash.stderr).toContain(`the plan is another one by now: its hash is ${planHash}`);
    expect((await newest('first')).status).toBe('apply_pending');

    const confirmed = await berth.run(['confirm', id, '--plan-hash', planHash, '-f']);
    expect(confirmed).toMatchObject({ code: 0 });
    expect(confirmed.stdout).toContain('Apply complete! Resources: 0 added, 1 changed');
    expect(await berth.run(['outputs', 'said'])).toMatchObject({ code: 0, stdout: 'left\n' });
    expect(JSON.parse((await berth.run(['show', id, '--json'])).stdout)).toMatchObject({
      message: 'try it',
      variables: ['greeting'],
      status: 'succeeded',
    });
  }, 90_000);

  it('gives programs one document a line, and nothing else on stdout', async () => {
    const { code, stdout } = await berth.run(['run', '--json', '--auto-approve', '--var', 'greeting=piped']);
    expect(code).toBe(0);
    const documents = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const kinds = documents.map((document) => Object.keys(document)[0]);
    expect(new Set(kinds)).toEqual(new Set(['configuration', 'event', 'log', 'task', 'outputs']));
    expect(documents.at(-2).task).toMatchObject({ status: 'succeeded' });
    expect(documents.at(-1).outputs.said).toMatchObject({ value: 'piped' });
    const log = documents
      .flatMap(({ log: piece }) => (piece?.phase === 'apply' ? [piece.text] : []))
      .join('');
    const { id } = documents.at(-2).task;
    expect(log).toBe(await system.api.log(id, 'apply'));
  }, 30_000);

  it('asks with --detach nobody, on a terminal neither', async () => {
    const terminal = berth.onTerminal(['run', '--detach', '--var', 'greeting=later']);
    expect((await terminal.ends()).code).toBe(3);
    const { id } = await newest('first');
    expect(terminal.text).not.toMatch(QUESTION);
    expect(await berth.run(['logs', '-f', id])).toMatchObject({ code: 3 });
    expect(await berth.run(['discard', id, '-m', 'not today'])).toMatchObject({ code: 0 });
    expect(await berth.run(['logs', '-f', id])).toMatchObject({ code: 1 });
  }, 30_000);

  it('takes its question back when somebody else has answered it', async () => {
    const terminal = berth.onTerminal(['run', '--var', 'greeting=elsewhere']);
    await terminal.reads(QUESTION);
    const { id, planHash } = await newest('first');
    await system.api.expect('POST', `/api/v1/tasks/${id}/confirm`, { planHash });
    await terminal.reads(/It has moved on meanwhile/);
    await terminal.reads(/Apply complete!/);
    expect((await terminal.ends()).code).toBe(0);
  }, 30_000);

  it('asks about a plan that waits before it stands behind that', async () => {
    await berth.run(['run', '--var', 'greeting=one']);
    const { id } = await newest('first');
    const terminal = berth.onTerminal(['run', '--var', 'greeting=two']);
    await terminal.reads(/waits for a confirmation \(\+0 ~1 -0/);
    await terminal.reads(/\[d\]iscard that one, or \[w\]ait behind it\?/);
    terminal.type('d\n');
    await terminal.reads(QUESTION);
    terminal.type('no\n');
    expect((await terminal.ends()).code).toBe(1);
    expect(await system.api.read(id)).toMatchObject({ status: 'discarded' });
    expect((await newest('first')).status).toBe('discarded');
  }, 30_000);

  it('tells of a plan that was lost and made again, and confirms only that', async () => {
    const terminal = berth.onTerminal(['run', '--var', 'greeting=replanned']);
    await terminal.reads(QUESTION);
    const { id } = await newest('first');
    await berth.run(['drain', 'agent-1']);
    await terminal.reads(/It has moved on meanwhile/);
    await berth.run(['resume', 'agent-1']);
    await terminal.reads(/replan: /);
    await terminal.reads(/It was planned again: the plan is the same/);
    await terminal.reads(QUESTION);
    terminal.type('yes\n');
    await terminal.reads(/Apply complete!/);
    expect((await terminal.ends()).code).toBe(0);
    expect(await system.api.read(id)).toMatchObject({ status: 'succeeded', planIdentical: true });
  }, 60_000);

  it('ends with 1 where the run fails, and says why', async () => {
    await berth.put({ 'main.tf': 'resource "nothing_known" "x" {\n' });
    const failed = await berth.run(['run', '--plan-only']);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/Run \S+ has failed: /);
    await berth.put({ 'main.tf': CONFIGURATION });
  }, 30_000);
});
