import { execFile } from 'node:child_process';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LOCK_FILE_NAME, readLockFile } from '../../apps/agent/src/terraform/providers/lock-file.js';
import { packageHash } from '../../apps/agent/src/terraform/providers/package-hash.js';
import { readTree, removeTree } from '../../apps/agent/src/terraform/providers/package-tree.js';
import { SlotProviders } from '../../apps/agent/src/terraform/providers/slot-providers.js';
import { configurationWith, packagePath, ProviderMirror } from '../support/provider-mirror.js';
import { TerraformSlot } from '../support/terraform-slot.js';

const ROOMY = 1_000_000_000;
/** More with npm run soak:providers. */
const ROUNDS = Number(process.env['BERTH_SOAK_ROUNDS'] ?? 3);
const { signal } = new AbortController();

let mirror: ProviderMirror;
let store: string;
let slots: TerraformSlot[];

beforeEach(async () => {
  mirror = new ProviderMirror();
  await mirror.open();
  store = join(await realpath(await mkdtemp(join(tmpdir(), 'berth-store-'))), 'providers');
  slots = [];
});
afterEach(async () => {
  await Promise.all(slots.map(async (slot) => slot.close()));
  await removeTree(dirname(store));
  await mirror.close();
});

/** A slot with a configuration that wants this version, and a lock file where one is given. */
async function slotFor(version: string, lockFile?: string): Promise<TerraformSlot> {
  const slot = new TerraformSlot();
  slots.push(slot);
  await slot.open();
  slot.cliConfigFile = mirror.cliConfigFile;
  await slot.configure({
    'main.tf': configurationWith(version),
    ...(lockFile === undefined ? {} : { [LOCK_FILE_NAME]: lockFile }),
  });
  return slot;
}

/** A store of its own for each init, as if each were in another process. */
function providersOf(slot: TerraformSlot, maxBytes = ROOMY): SlotProviders {
  return new SlotProviders({
    store: { directory: store, maxBytes },
    directory: slot.work,
    signal,
    say: (line) => {
      slot.log += `${line}\n`;
    },
  });
}

/** As the agent does it; `after` is done while init still counts as running. */
async function init(
  slot: TerraformSlot,
  { after, maxBytes }: { after?: () => Promise<void>; maxBytes?: number } = {},
): Promise<void> {
  await providersOf(slot, maxBytes).around(async () => {
    const { exitCode } = await slot.init();
    if (exitCode !== 0) {
      throw new Error(`init failed: ${slot.log}`);
    }
    await after?.();
  });
}

async function lockOf(slot: TerraformSlot): Promise<string> {
  return readFile(join(slot.work, LOCK_FILE_NAME), 'utf8');
}

async function linkOf(slot: TerraformSlot, version: string): Promise<string> {
  return readlink(join(slot.work, packagePath(version)));
}

async function hashOf(directory: string): Promise<string> {
  const tree = await readTree(directory);
  return packageHash(directory, tree?.files.map(({ path }) => path) ?? [], signal);
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** In place, as an init does that installs through a link. */
async function overwrite(path: string, content: string): Promise<void> {
  const { mode } = await stat(path);
  await chmod(path, 0o600);
  const file = await open(path, 'r+');
  try {
    await file.write(content, 0);
    await file.chmod(mode);
  } finally {
    await file.close();
  }
}

/** Nothing but the content tells; node sets no time to the nanosecond. */
async function damage(path: string): Promise<void> {
  const reference = join(dirname(store), 'reference');
  await promisify(execFile)('touch', ['-r', path, reference]);
  await overwrite(path, 'XX');
  await promisify(execFile)('touch', ['-r', reference, path]);
}

describe('the store of providers', () => {
  it('takes in what init unpacked, and the next slot links to it and unpacks nothing', async () => {
    await mirror.offer('1.0.0');
    const first = await slotFor('1.0.0');
    await init(first);

    expect(first.log).toContain('provider berth/fake 1.0.0: taken into the store\n');
    const taken = await linkOf(first, '1.0.0');
    expect(taken.startsWith(store)).toBe(true);
    const program = await stat(join(taken, 'terraform-provider-fake_v1.0.0_x5'));
    const others = [await stat(join(taken, 'LICENSE.txt')), await stat(join(taken, 'data'))];
    expect([program, ...others].map(({ mode }) => (mode & 0o777).toString(8))).toEqual(['555', '444', '555']);
    expect(readLockFile(await lockOf(first))[0]?.hashes).toEqual([await hashOf(taken)]);

    await mirror.spoil('1.0.0');
    const second = await slotFor('1.0.0', await lockOf(first));
    await init(second);

    expect(second.log).toContain('provider berth/fake 1.0.0: linked from the store\n');
    expect(second.log).not.toContain('Installing');
    expect(await linkOf(second, '1.0.0')).toBe(taken);
    expect(await lockOf(second)).toBe(await lockOf(first));
    expect((await stat(join(taken, 'terraform-provider-fake_v1.0.0_x5'))).mtimeMs).toBe(program.mtimeMs);
  });

  it('gives a configuration without a lock file its own copy for what init unpacked', async () => {
    await mirror.offer('1.0.0');
    const first = await slotFor('1.0.0');
    await init(first);
    const second = await slotFor('1.0.0');
    await init(second);

    expect(second.log).toContain(
      'provider berth/fake 1.0.0: unpacked by init and replaced by a link to the store, which has it\n',
    );
    expect(await linkOf(second, '1.0.0')).toBe(await linkOf(first, '1.0.0'));
  });

  it('keeps two packages of one version apart by their hashes', async () => {
    await mirror.offer('1.0.0', 'as the registry has it');
    const first = await slotFor('1.0.0');
    await init(first);
    await mirror.offer('1.0.0', 'as somebody built it again');
    const second = await slotFor('1.0.0');
    await init(second);
    expect(await linkOf(second, '1.0.0')).not.toBe(await linkOf(first, '1.0.0'));

    for (const earlier of [first, second]) {
      const later = await slotFor('1.0.0', await lockOf(earlier));
      await init(later);
      expect(later.log).toContain('linked from the store');
      expect(await linkOf(later, '1.0.0')).toBe(await linkOf(earlier, '1.0.0'));
    }
  });

  it(
    'serves eight inits at once, cold and warm, and each slot has what its lock file says',
    async () => {
      await mirror.offer('1.0.0');
      await mirror.offer('2.0.0');
      let locks: string[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const started = Array.from({ length: 8 }, (_, index) => ({
          version: `${(index % 2) + 1}.0.0`,
          // In later rounds half of them link, and half unpack what the store has.
          lock: index < 4 ? locks[index] : undefined,
        }));
        const running = await Promise.all(started.map(async ({ version, lock }) => slotFor(version, lock)));
        await Promise.all(running.map(async (slot) => init(slot)));
        locks = await Promise.all(running.map(lockOf));

        for (const [index, slot] of running.entries()) {
          const link = await linkOf(slot, `${(index % 2) + 1}.0.0`);
          expect(readLockFile(await lockOf(slot))[0]?.hashes).toEqual([await hashOf(link)]);
        }
        expect(new Set(await Promise.all(running.map(async (slot) => lockOf(slot)))).size).toBe(2);
        expect(await readdir(join(store, '.staging'))).toEqual([]);
      }
      const all = await Promise.all(slots.map(async (slot, index) => linkOf(slot, `${(index % 2) + 1}.0.0`)));
      expect(new Set(all).size).toBe(2);
    },
    ROUNDS * 30_000,
  );

  it('leaves a package alone that terraform linked to a mirror of its own', async () => {
    const mirrored = await mirror.offerUnpacked('1.0.0');
    const slot = await slotFor('1.0.0');
    await init(slot);

    expect(await linkOf(slot, '1.0.0')).toBe(mirrored);
    expect(slot.log).not.toMatch(/^provider /m);
    expect(await isThere(store)).toBe(false);
  });
});

describe('a store that was tampered with', () => {
  it('gives no link to a changed package, and takes in a sound one', async () => {
    await mirror.offer('1.0.0');
    const first = await slotFor('1.0.0');
    await init(first);
    const taken = await linkOf(first, '1.0.0');
    await overwrite(join(taken, 'LICENSE.txt'), 'XX');

    const second = await slotFor('1.0.0', await lockOf(first));
    await init(second);

    expect(second.log).toContain('provider berth/fake 1.0.0: taken into the store\n');
    expect(await linkOf(second, '1.0.0')).toBe(taken);
    expect(readLockFile(await lockOf(second))[0]?.hashes).toEqual([await hashOf(taken)]);
  });

  it('fails the run that linked to a package while it was changed, and has it no more', async () => {
    await mirror.offer('1.0.0');
    const first = await slotFor('1.0.0');
    await init(first);
    const taken = await linkOf(first, '1.0.0');
    const second = await slotFor('1.0.0', await lockOf(first));
    const linked = init(second, {
      after: async () => overwrite(join(taken, 'terraform-provider-fake_v1.0.0_x5'), '#!/bin/XX'),
    });

    await expect(linked).rejects.toMatchObject({
      code: 'PROVIDER_STORE_CHANGED',
      failureClass: 'transient',
      message: expect.stringMatching(/berth\/fake 1\.0\.0.*was changed.*h1-[0-9a-f]{64}/),
    });
    expect(await isThere(taken)).toBe(false);
  });

  it('notices an init that finds damage without a trace and installs through the link', async () => {
    await mirror.offer('1.0.0');
    const first = await slotFor('1.0.0');
    await init(first);
    const taken = await linkOf(first, '1.0.0');
    await damage(join(taken, 'LICENSE.txt'));

    const second = await slotFor('1.0.0', await lockOf(first));
    await expect(init(second)).rejects.toMatchObject({ code: 'PROVIDER_STORE_CHANGED' });
    expect(second.log).toContain('linked from the store');
    expect(await isThere(taken)).toBe(false);

    const third = await slotFor('1.0.0', await lockOf(first));
    await init(third);
    expect(third.log).toContain('taken into the store');
  });

  it('looks at every byte where init failed', async () => {
    await mirror.offer('1.0.0');
    const first = await slotFor('1.0.0');
    await init(first);
    const taken = await linkOf(first, '1.0.0');
    const failing = async (): Promise<void> => {
      throw new Error('init failed');
    };

    const second = await slotFor('1.0.0', await lockOf(first));
    await expect(providersOf(second).around(failing)).rejects.toThrow('init failed');
    expect(await isThere(taken)).toBe(true);

    await damage(join(taken, 'LICENSE.txt'));
    const third = await slotFor('1.0.0', await lockOf(first));
    await expect(providersOf(third).around(failing)).rejects.toMatchObject({
      code: 'PROVIDER_STORE_CHANGED',
    });
    expect(await isThere(taken)).toBe(false);
  });
});

describe('what is not as it should be', () => {
  it('as a package that is not the locked one fails for good, with both hashes and the path', async () => {
    await mirror.offer('1.0.0');
    const slot = await slotFor('1.0.0');
    const other = `h1:${Buffer.alloc(32, 1).toString('base64')}`;
    const replaced = init(slot, {
      after: async () => {
        const lock = await lockOf(slot);
        await writeFile(join(slot.work, LOCK_FILE_NAME), lock.replace(/h1:[^"]+/, other));
      },
    });

    await expect(replaced).rejects.toMatchObject({
      code: 'PROVIDER_HASH_MISMATCH',
      failureClass: 'permanent',
    });
    const message = await replaced.catch((error: unknown) => (error as Error).message);
    expect(message).toContain('berth/fake 1.0.0');
    expect(message).toContain(join(slot.work, packagePath('1.0.0')));
    expect(message).toContain(other);
    expect(message).toMatch(/has the hash h1:[\w+/]+=/);
  });

  it('as a .terraform that came with the configuration is removed, and what it leads to is not written', async () => {
    await mirror.offer('1.0.0');
    const outside = join(dirname(store), 'outside');
    await mkdir(outside);
    const slot = await slotFor('1.0.0');
    const path = join(slot.work, packagePath('1.0.0'));
    await mkdir(dirname(path), { recursive: true });
    await symlink(outside, path);
    await init(slot);

    expect(await readdir(outside)).toEqual([]);
    expect((await linkOf(slot, '1.0.0')).startsWith(store)).toBe(true);
  });
});

describe('a store that is full', () => {
  it('lets go of the longest unused, and of nothing that a slot links to', async () => {
    const versions = ['1.0.0', '2.0.0', '3.0.0'];
    const links: string[] = [];
    for (const version of versions) {
      await mirror.offer(version);
      const slot = await slotFor(version);
      // Room for two packages of 300 kB.
      await init(slot, { maxBytes: 700_000 });
      links.push(await linkOf(slot, version));
    }
    // Three are linked, so three are there.
    expect(await Promise.all(links.map(isThere))).toEqual([true, true, true]);

    await rm(slots[1]?.work ?? '', { recursive: true });
    await mirror.offer('4.0.0');
    const last = await slotFor('4.0.0');
    await init(last, { maxBytes: 700_000 });

    expect(await Promise.all(links.map(isThere))).toEqual([true, false, true]);
    expect(await isThere(await linkOf(last, '4.0.0'))).toBe(true);
  });
});
