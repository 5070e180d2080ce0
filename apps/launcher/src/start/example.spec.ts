import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { list } from 'tar';
import { archiveOf } from './example.js';

describe("the example's archive", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'berth-example-'));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('holds the configuration, and nothing that a run in that folder has left', async () => {
    writeFileSync(join(directory, 'main.tf'), 'output "a" { value = 1 }\n');
    writeFileSync(join(directory, 'terraform.tfstate'), '{}');
    mkdirSync(join(directory, '.terraform'));
    const names: string[] = [];
    const reader = list({ onReadEntry: ({ path }) => names.push(path) });

    reader.end(Buffer.from(await archiveOf(directory)));

    expect(names).toEqual(['main.tf']);
  });
});
