import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const ROOT = resolve(import.meta.dirname, '../..');
const CACHE = join(ROOT, '.berth/cache/test-modules');
const KEPT_MS = 7 * 86_400_000;
/** Those of many files, which most tests read. */
const PACKAGES = [
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/microservices',
  '@nestjs/platform-express',
  '@nestjs/swagger',
  'amqplib',
  'prom-client',
  'rxjs',
  'typeorm',
  'zod',
];
const IGNORED = ['UNRESOLVED_IMPORT', 'MIXED_EXPORTS'];

/**
 * The packages as one file each, and one of what they share: each test file has modules of its own, and to read these 1,500
 * one by one took over half a second each time. Made once for a lock file; gives the folder.
 */
async function moduleBundles() {
  const lock = await readFile(join(ROOT, 'package-lock.json'));
  const self = await readFile(import.meta.filename);
  const mark = createHash('sha256').update(lock).update(self).update(process.version).digest('hex');
  const folder = join(CACHE, mark.slice(0, 16));
  if (!existsSync(folder)) {
    await mkdir(CACHE, { recursive: true });
    await removeOld();
    const fresh = await mkdtemp(join(CACHE, 'new-'));
    await bundle(fresh);
    await rename(fresh, folder).catch(async (error) => {
      await rm(fresh, { recursive: true });
      // Another run was faster.
      return existsSync(folder) || Promise.reject(error);
    });
  }
  return folder;
}

async function removeOld() {
  for (const name of await readdir(CACHE)) {
    const path = join(CACHE, name);
    if (Date.now() - (await stat(path)).mtimeMs > KEPT_MS) {
      await rm(path, { recursive: true });
    }
  }
}

async function bundle(folder) {
  const made = await rolldown({
    input: Object.fromEntries(PACKAGES.map((name) => [name.replace('@', '').replace('/', '-'), name])),
    cwd: ROOT,
    platform: 'node',
    resolve: { conditionNames: ['node', 'require', 'default'] },
    // Each is one for all who read it, also by its own name.
    external: ['reflect-metadata', 'pg', 'pg-native', 'express'],
    // Of optional packages, which are not installed, and of defaults that nobody imports.
    onLog: (level, log, pass) => (IGNORED.includes(log.code) ? undefined : pass(level, log)),
  });
  try {
    await made.write({
      dir: folder,
      format: 'cjs',
      // Half as much to read; names stay, which errors and Nest's injection show.
      minify: { compress: false, mangle: false, codegen: true },
      entryFileNames: '[name].cjs',
      chunkFileNames: '[name]-[hash].cjs',
    });
  } finally {
    await made.close();
  }
}

console.log(await moduleBundles());
