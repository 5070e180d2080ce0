import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A `terraform` for an agent's PATH whose plans, or applies, wait for as long as the gate is shut. */
export class PlanGate {
  private constructor(
    private readonly shut: string,
    /** For the agent's environment. */
    readonly path: string,
  ) {}

  static async make(command: 'plan' | 'apply' = 'plan'): Promise<PlanGate> {
    const folder = await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'gate-'));
    const real = process.env['PATH'] ?? '';
    const shut = join(folder, 'shut');
    const script = [
      '#!/bin/sh',
      `if [ "$1" = ${command} ]; then while [ -e '${shut}' ]; do sleep 0.1; done; fi`,
      `PATH='${real}' exec terraform "$@"`,
    ];
    await writeFile(join(folder, 'terraform'), `${script.join('\n')}\n`, { mode: 0o755 });
    return new PlanGate(shut, `${folder}:${real}`);
  }

  async close(): Promise<void> {
    await writeFile(this.shut, '');
  }

  async open(): Promise<void> {
    await rm(this.shut, { force: true });
  }
}
