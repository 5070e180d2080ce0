import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { filesOf, packed } from './pack.js';

describe('a folder that is uploaded from a page', () => {
  it('is a gzipped tar that tar itself unpacks, long names and empty files too', async () => {
    const long = `modules/${'a-long-name/'.repeat(12)}main.tf`;
    const archive = await packed([
      { path: 'main.tf', content: new Blob(['resource "x" "ä" {}\n']) },
      { path: long, content: new Blob(['long\n'.repeat(500)]) },
      { path: 'empty.txt', content: new Blob([]) },
    ]);
    const folder = mkdtempSync(join(tmpdir(), 'pack-'));
    writeFileSync(join(folder, 'c.tar.gz'), Buffer.from(await archive.arrayBuffer()));
    execFileSync('tar', ['-xzf', 'c.tar.gz'], { cwd: folder });
    expect(readFileSync(join(folder, 'main.tf'), 'utf8')).toBe('resource "x" "ä" {}\n');
    expect(readFileSync(join(folder, long), 'utf8')).toBe('long\n'.repeat(500));
    expect(readFileSync(join(folder, 'empty.txt'), 'utf8')).toBe('');
  });

  it('has paths below the folder, and nothing that terraform or git keep for themselves', () => {
    const chosen = [
      'x/main.tf',
      'x/.terraform/providers/big',
      'x/sub/.git/config',
      'x/.terraform.lock.hcl',
      'x/a.tf',
    ];
    const files = filesOf(chosen.map((webkitRelativePath) => ({ webkitRelativePath, content: new Blob() })));
    expect(files.map(({ path }) => path)).toEqual(['.terraform.lock.hcl', 'a.tf', 'main.tf']);
  });
});
