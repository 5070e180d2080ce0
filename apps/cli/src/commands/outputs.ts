import type { Schemas } from '@berth/client';
import type { Command } from 'commander';
import { action, type Cli, type Session } from '../cli.js';
import { Ending, ExitCode } from '../failures.js';
import { plain } from '../output/plain.js';
import { withWorkspace, workspaceOf, type WorkspaceOption } from './workspace-option.js';

type Outputs = Schemas['StateDescription']['outputs'];

/** `berth outputs`. */
export function addOutputs(program: Command, cli: Cli): void {
  withWorkspace(program.command('outputs'))
    .summary('what the newest state of a workspace gives out')
    .description(
      'The outputs of the newest state. A name alone gives its value alone, a text without quotes.',
    )
    .argument('[name]', 'of one output')
    .action(action(cli, outputs));
}

async function outputs(session: Session, options: WorkspaceOption, name?: string): Promise<void> {
  const { client, out } = session;
  const workspace = await workspaceOf(session, options);
  const state = await client.get('/api/v1/workspaces/{workspace}/state', { params: { path: { workspace } } });
  if (name === undefined) {
    out.document(state.outputs, () => outputLines(state.outputs));
    if (Object.keys(state.outputs).length === 0) {
      out.note('The state has no outputs.');
    }
    return;
  }
  const output = Object.hasOwn(state.outputs, name) ? state.outputs[name] : undefined;
  if (output === undefined) {
    const names = Object.keys(state.outputs);
    throw new Ending(
      ExitCode.failed,
      `there is no output "${name}"; ${names.length === 0 ? 'the state has none' : `there are ${names.join(', ')}`}`,
    );
  }
  if (output.sensitive) {
    throw new Ending(ExitCode.failed, `the output "${name}" is sensitive, and is not shown`);
  }
  const { value } = output;
  out.document(value, () => [typeof value === 'string' ? plain(value) : JSON.stringify(value, null, 2)]);
}

/** As terraform prints them. */
export function outputLines(all: Outputs): string[] {
  return Object.entries(all).map(
    ([name, { sensitive, value }]) =>
      `${name} = ${sensitive ? '(sensitive)' : plain(JSON.stringify(value, null, 2))}`,
  );
}
