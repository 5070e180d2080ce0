import { spawnSync } from 'node:child_process';

/** @throws Error where there is none on PATH */
export function findTerraform(): string {
  const { stdout } = spawnSync('sh', ['-c', 'command -v terraform'], { encoding: 'utf8' });
  if (stdout.trim() === '') {
    throw new Error('there is no terraform on PATH, and without one nothing can be applied');
  }
  return stdout.trim();
}
