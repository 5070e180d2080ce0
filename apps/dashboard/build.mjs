// Makes dist/site, the pages as the api serves them: bundled, and beside each file its compressed form.
import { readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'vite';

const here = import.meta.dirname;
const site = join(here, 'dist/site');
const compressed = /\.(js|css|html|svg)$/;

/** Puts the finished pages in their place at once: an api may be serving the ones before. */
export async function buildDashboard() {
  const made = join(here, 'dist', `site-${process.pid}`);
  const before = join(here, 'dist', `site-before-${process.pid}`);
  try {
    await build({
      root: here,
      configFile: join(here, 'vite.config.mjs'),
      logLevel: 'warn',
      build: { outDir: made, emptyOutDir: true },
    });
    await compressAll(made);
    await rename(site, before).catch(ifThere);
    await rename(made, site);
  } finally {
    await Promise.all([made, before].map((path) => rm(path, { recursive: true, force: true })));
  }
}

async function compressAll(folder) {
  const names = await readdir(folder, { recursive: true });
  for (const name of names.filter((each) => compressed.test(each))) {
    const content = await readFile(join(folder, name));
    const best = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
    await writeFile(join(folder, `${name}.br`), await promisify(brotliCompress)(content, best));
    await writeFile(join(folder, `${name}.gz`), await promisify(gzip)(content, { level: 9 }));
  }
}

function ifThere(error) {
  if (error.code !== 'ENOENT') {
    throw error;
  }
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === import.meta.filename) {
  await buildDashboard();
}
