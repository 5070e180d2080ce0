import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Engine } from '@berth/contracts';
import { requireRootModule } from './root-module.js';

describe('the root module of a run', () => {
  let tree: string;

  beforeEach(async () => {
    tree = await mkdtemp(join(tmpdir(), 'root-module-'));
  });

  afterEach(async () => {
    await rm(tree, { recursive: true, force: true });
  });

  async function has(...paths: string[]): Promise<void> {
    for (const path of paths) {
      await mkdir(join(tree, dirname(path)), { recursive: true });
      await writeFile(join(tree, path), '');
    }
  }

  /** The failure's message, null where the run may go on. */
  async function refusal(
    workingDirectory = '',
    name: Engine = 'terraform',
    version = '1.11.4',
  ): Promise<string | null> {
    return requireRootModule({ tree, workingDirectory, engine: { name, version }, mayBeEmpty: false }).then(
      () => null,
      (error: unknown) => String(error),
    );
  }

  it.each(['main.tf', 'main.tf.json', 'überall.tf', '~.tf'])('may have %s alone', async (name) => {
    await has(name);
    expect(await refusal()).toBeNull();
  });

  it.each(['.main.tf', 'main.tf~', '#main.tf#', 'main.tfvars', 'main.tf.bak', 'main.tftest.hcl', 'tf'])(
    'does not come of %s, which terraform passes over',
    async (name) => {
      await has(name);
      expect(await refusal()).toContain('has no file that terraform reads');
    },
  );

  it('does not come of override files alone: they have nothing to override', async () => {
    await has('backend_override.tf', 'override.tf.json');
    expect(await refusal()).toContain('It holds backend_override.tf, override.tf.json.');
  });

  it('does not come of a directory with such a name, and may come of a link', async () => {
    await has('x.tf/readme');
    expect(await refusal()).not.toBeNull();
    await symlink('elsewhere', join(tree, 'main.tf'));
    expect(await refusal()).toBeNull();
  });

  it('may have .tofu files under OpenTofu from 1.8 on', async () => {
    await has('main.tofu');
    expect(await refusal('', 'opentofu', '1.8.0')).toBeNull();
    expect(await refusal('', 'opentofu', '1.7.9')).toContain('1.8 and later: set engineVersion');
    expect(await refusal()).toContain('set engine to "opentofu"');
  });

  it('is looked for below, the nearest to the top first', async () => {
    await has('repo-abc/envs/prod/main.tf', 'repo-abc/main.tf', 'repo-abc/.git/x.tf', 'repo-abc/README.md');
    const said = await refusal();
    expect(said).toContain('It holds repo-abc/.');
    expect(said).toContain(
      'set workingDirectory to "repo-abc" (or "repo-abc/envs/prod", whichever is meant)',
    );
  });

  it('is looked for above as well', async () => {
    await has('main.tf', 'docs/README.md');
    expect(await refusal('docs')).toContain('The top of the upload has some: set workingDirectory to ""');
  });

  it('is said to be nowhere where it is nowhere', async () => {
    expect(await refusal()).toContain('It is empty. No other directory of the upload has one either.');
  });

  it('that is not there at all is said so', async () => {
    await has('main.tf');
    expect(await refusal('infra')).toContain('has no directory "infra"');
    expect(await refusal('main.tf')).toContain('has no directory "main.tf"');
  });
});
