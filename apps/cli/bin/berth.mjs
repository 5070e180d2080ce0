#!/usr/bin/env node
// What `npx berth` starts: the bundle. A checkout that has none yet makes it first, in less than a second.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`berth: this needs Node 20.19 or newer, and this is ${process.versions.node}`);
  process.exit(2);
}

const bundle = new URL('../dist/berth.mjs', import.meta.url);
if (!existsSync(fileURLToPath(bundle))) {
  try {
    const { bundleCommandLine } = await import(new URL('../bundle.mjs', import.meta.url).href);
    await bundleCommandLine();
  } catch (error) {
    console.error(`berth: the command line is not built: run "npm ci" and "npm run build" in the checkout`);
    console.error(`  ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    process.exit(2);
  }
}
await import(bundle.href);
