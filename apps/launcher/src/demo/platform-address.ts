import { join, resolve } from 'node:path';
import { readRuntime } from '../start/runtime-file.js';

export const NOT_RUNNING = 'Berth is not running: npm start first';

/** How a running Berth is reached. */
export interface PlatformAddress {
  apiUrl: string;
  apiKey: string;
  /** The key as a shell's words, so that a shown command holds no secret. */
  keyInShell: string;
}

/** Where the running Berth is: the one asked for, else the one that `npm start` runs. Throws where there is none. */
export function platformAddress(
  apiUrl: string | undefined,
  env: NodeJS.ProcessEnv,
  defaultHome: string,
): PlatformAddress {
  if (apiUrl !== undefined) {
    const apiKey = env['BERTH_API_KEY'] ?? '';
    if (apiKey === '') {
      throw new Error(`BERTH_API_KEY must be set to a key of ${apiUrl}`);
    }
    return { apiUrl, apiKey, keyInShell: '$BERTH_API_KEY' };
  }
  const home = resolve(env['INIT_CWD'] ?? '.', env['BERTH_HOME'] || defaultHome);
  const file = join(home, 'runtime.json');
  const runtime = readRuntime(file);
  if (runtime === undefined) {
    throw new Error(NOT_RUNNING);
  }
  return {
    apiUrl: runtime.apiUrl,
    apiKey: runtime.apiKey,
    keyInShell: `$(node -p 'JSON.parse(fs.readFileSync("${file}")).apiKey')`,
  };
}
