import { execa } from 'execa';
import { spawnFailure } from '../failures/spawn-failure.js';
import { TaskFailure } from '../failures/task-failure.js';

const TIMEOUT_MS = 30_000;
const TEXT_BUSY_ATTEMPTS = 10;

/** Asks a terraform or tofu binary for its version; the first run of it on this machine, so it may turn out unusable. */
export async function engineVersion(binary: string, signal: AbortSignal): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await execa(binary, ['version', '-json'], {
      env: { PATH: process.env['PATH'] ?? '', CHECKPOINT_DISABLE: '1' },
      extendEnv: false,
      stdin: 'ignore',
      reject: false,
      timeout: TIMEOUT_MS,
      cancelSignal: signal,
      killSignal: 'SIGKILL',
      maxBuffer: 1_000_000,
    });
    signal.throwIfAborted();
    // Another thread may have forked while we were writing the file; that copy of the handle is gone in a moment.
    if (result.code === 'ETXTBSY' && attempt < TEXT_BUSY_ATTEMPTS) {
      continue;
    }
    if (result.pipedFrom.length === 0 && result.exitCode === undefined && result.code !== undefined) {
      throw spawnFailure(binary, process.cwd(), result);
    }
    const version = parseVersion(result.stdout);
    if (version === null) {
      const untold = `${binary} version -json did not tell a version`;
      // A machine under load or short of memory: that passes.
      if (result.timedOut || result.signal === 'SIGKILL') {
        const end = result.timedOut ? `no answer in ${TIMEOUT_MS / 1000} s` : 'killed by SIGKILL';
        throw TaskFailure.transient('ENGINE_NOT_ANSWERING', `${untold} (${end})`);
      }
      throw TaskFailure.permanent(
        'ENGINE_UNUSABLE',
        `${untold} (${result.signal ?? `exit code ${result.exitCode ?? 'unknown'}`})`,
      );
    }
    return version;
  }
}

/** OpenTofu keeps terraform's field name. Versions before 0.13 know no -json and print a sentence. */
function parseVersion(stdout: string): string | null {
  const found =
    /"terraform_version":\s*"([^"]+)"/.exec(stdout) ?? /^(?:Terraform|OpenTofu) v(\S+)/m.exec(stdout);
  return found?.[1] ?? null;
}
