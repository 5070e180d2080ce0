import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TaskFailure } from '../failures/task-failure.js';

/** Address and credentials come from TF_HTTP_… alone, so neither a plan nor `.terraform` keeps them. */
const CONTENT = `# Written by Berth: the state of this workspace is kept by Berth, whatever backend the configuration names.
terraform {
  backend "http" {}
}
`;
const NAME = '~berth_backend_override.tf';
const OVERRIDE_FILE = /(^|_)override\.(tf|tofu)(\.json)?$/;

/**
 * Makes Berth the backend of a root module, for as long as terraform looks for one. Terraform merges override files in
 * the order of their names, and the last backend or cloud block wins (1.11.4, tried with cloud, s3 and http blocks, in
 * the configuration and in other override files), so the file's name comes last.
 */
export class BackendOverride {
  private path: string | null = null;

  /** Of a root module's directory. */
  constructor(private readonly directory: string) {}

  /** @throws TaskFailure where no name can come last */
  async write(): Promise<void> {
    if (this.path !== null) {
      return;
    }
    const names = await readdir(this.directory);
    const name = lastName(names.filter((candidate) => OVERRIDE_FILE.test(candidate)));
    const path = join(this.directory, name);
    try {
      await writeFile(path, CONTENT, { flag: 'wx' });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENAMETOOLONG') {
        throw cause;
      }
      throw TaskFailure.permanent(
        'BACKEND_OVERRIDE_IMPOSSIBLE',
        `Berth keeps the state and overrides the configuration's backend with a file whose name comes last, but the name of ${name.slice(0, -NAME.length)} in the configuration is too long to come after it. Give that file a shorter name.`,
        { cause },
      );
    }
    this.path = path;
  }

  /** The directory is as the configuration has it. */
  async remove(): Promise<void> {
    const { path } = this;
    if (path !== null) {
      this.path = null;
      await rm(path, { force: true });
    }
  }
}

/** Go sorts names by their bytes. Where one comes after ours, ours begins with that one's stem: "." is less than "~". */
function lastName(others: readonly string[]): string {
  const last = others.toSorted(byBytes).at(-1);
  if (last === undefined || byBytes(last, NAME) < 0) {
    return NAME;
  }
  return `${last.replace(/\.(tf|tofu)(\.json)?$/, '')}${NAME}`;
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
