import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './repository.mjs';

const modules = join(repository, 'node_modules');
const stampFile = join(modules, '.berth-install');
const MACHINE = ` ${process.platform}-${process.arch}\n`;

/** Whether node_modules is what package-lock.json asks for, on this kind of machine. */
export function isInstalled() {
  const stamp = read(stampFile);
  if (stamp === currentStamp()) {
    return true;
  }
  // Somebody has run npm install or npm ci by hand, here and not on another kind of machine.
  const sameMachine = stamp === undefined || stamp.endsWith(MACHINE);
  if (sameMachine && matchesLock()) {
    markInstalled();
    return true;
  }
  return false;
}

export function markInstalled() {
  writeFileSync(stampFile, currentStamp());
}

function currentStamp() {
  const lock = createHash('sha256')
    .update(readFileSync(join(repository, 'package-lock.json')))
    .digest('hex');
  return `${lock}${MACHINE}`;
}

/** Compares with the list that npm itself keeps of what it has put into node_modules. */
function matchesLock() {
  const installed = packagesOf(join(modules, '.package-lock.json'));
  const wanted = packagesOf(join(repository, 'package-lock.json'));
  if (installed === undefined || wanted === undefined) {
    return false;
  }
  return Object.entries(wanted).every(([path, { version, optional, peer, link }]) => {
    const isPackage = path.includes('node_modules/') && link !== true;
    const found = installed[path]?.version;
    return !isPackage || found === version || (found === undefined && (optional === true || peer === true));
  });
}

function packagesOf(file) {
  const text = read(file);
  return text === undefined ? undefined : JSON.parse(text).packages;
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
