import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DebianSoftware } from './debian-packages.js';

/** RabbitMQ, all of Erlang that it needs, and the libraries that the host lacks. */
export const RABBITMQ: DebianSoftware = {
  name: 'RabbitMQ',
  packages: ['rabbitmq-server'],
  follow: /^(erlang-(?!.*-hipe$)|lib|zlib)/,
  sizeMb: 35,
  settle: makeErlangMovable,
};

/** Erlang's start script has the installed place written into it; this one is told where it lies at each start. */
export function movableErl(script: string): string {
  return script.replaceAll(/ROOTDIR="?\/usr\/lib\/erlang"?$/gm, 'ROOTDIR="$BERTH_ERLANG_ROOT"');
}

async function makeErlangMovable(root: string): Promise<void> {
  const erlang = join(root, 'usr/lib/erlang');
  const runtimes = (await readdir(erlang)).filter((name) => name.startsWith('erts-'));
  for (const bin of ['bin', ...runtimes.map((runtime) => join(runtime, 'bin'))]) {
    const script = join(erlang, bin, 'erl');
    const original = await readFile(script, 'utf8').catch(() => undefined);
    if (original !== undefined) {
      await writeFile(script, movableErl(original));
    }
  }
}
