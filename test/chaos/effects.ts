import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a run left in the world: that terraform was started for it, or that it changed something. */
export interface Effect {
  readonly kind: 'plan' | 'apply' | 'changed';
  readonly taskId: string;
  readonly attempt: number;
  readonly workspace: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What terraform's processes are given by the agent, for every line of the log. */
const LINE = '"$BERTH_TASK_ID $BERTH_TASK_ATTEMPT $BERTH_WORKSPACE $(date +%s%3N)"';

/** A log outside of the system, to which terraform and its provisioners append: what is in it has happened. */
export class EffectLog {
  private constructor(readonly folder: string) {}

  /** The one folder of the machine that runs may write to. */
  static async in(folder: string): Promise<EffectLog> {
    await mkdir(folder, { recursive: true });
    // Each slot's runs have a user of their own where the agent is root, and all of them write here.
    await chmod(folder, 0o777);
    const log = new EffectLog(folder);
    await writeFile(log.file, '');
    await chmod(log.file, 0o666);
    return log;
  }

  private get file(): string {
    return join(this.folder, 'effects.log');
  }

  /** A directory with a `terraform` that writes down its start, then is the real one. */
  async recordingTerraform(directory: string, terraform: string): Promise<string> {
    await mkdir(directory, { recursive: true });
    const script = join(directory, 'terraform');
    await writeFile(
      script,
      `#!/bin/sh\ncase "$1" in plan|apply) echo "$1" ${LINE} >> '${this.file}' ;; esac\nexec '${terraform}' "$@"\n`,
    );
    await chmod(script, 0o755);
    return directory;
  }

  /** A configuration whose every apply changes something, once, and takes this long. */
  configuration(seconds: number): Record<string, string> {
    const command = `echo changed ${LINE} >> '${this.file}'; sleep ${seconds}`;
    return {
      'main.tf': `resource "terraform_data" "effect" {
  triggers_replace = [timestamp()]
  provisioner "local-exec" {
    command = ${JSON.stringify(command)}
  }
}
`,
    };
  }

  async read(): Promise<Effect[]> {
    const lines = (await readFile(this.file, 'utf8')).split('\n').filter((line) => line !== '');
    return lines.map((line) => {
      const [kind, taskId, attempt, workspace, at] = line.split(' ');
      if ((kind !== 'plan' && kind !== 'apply' && kind !== 'changed') || !taskId || !workspace || !at) {
        throw new Error(`the log of effects has a line that cannot be read: ${line}`);
      }
      return { kind, taskId, attempt: Number(attempt), workspace, at: Number(at) };
    });
  }
}
