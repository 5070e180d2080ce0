import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { PLATFORM } from '../../apps/agent/src/terraform/providers/provider-package.js';

const ADDRESS = 'registry.terraform.io/berth/fake';

/** A mirror of zips, which terraform unpacks into the work directory as it does with a registry's. */
export class ProviderMirror {
  private root = '';

  async open(): Promise<void> {
    this.root = await realpath(await mkdtemp(join(tmpdir(), 'berth-mirror-')));
    await mkdir(join(this.root, ADDRESS), { recursive: true });
    const installation = `provider_installation {\n  filesystem_mirror { path = ${JSON.stringify(this.root)} }\n}\n`;
    await writeFile(this.cliConfigFile, installation);
  }

  async close(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }

  get cliConfigFile(): string {
    return join(this.root, 'terraform.tfrc');
  }

  /** A provider that init can install; it cannot be started. */
  async offer(version: string, license = `of ${version}`): Promise<void> {
    const zip = new ZipFile();
    const program = Buffer.from(`#!/bin/sh\necho ${version}\nexit 1\n`);
    zip.addBuffer(program, `terraform-provider-fake_v${version}_x5`, { mode: 0o100755 });
    zip.addBuffer(Buffer.from(license), 'LICENSE.txt');
    zip.addBuffer(Buffer.alloc(300_000, version), 'data/table.bin');
    zip.end();
    await pipeline(zip.outputStream, createWriteStream(this.zip(version)));
  }

  /** Terraform links to such a one; gives the package's path. */
  async offerUnpacked(version: string): Promise<string> {
    const directory = join(this.root, ADDRESS, version, PLATFORM);
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, `terraform-provider-fake_v${version}_x5`), '', { mode: 0o755 });
    return directory;
  }

  /** The version is listed still, but nothing can be unpacked any more. */
  async spoil(version: string): Promise<void> {
    await writeFile(this.zip(version), 'no zip');
  }

  private zip(version: string): string {
    return join(this.root, ADDRESS, `terraform-provider-fake_${version}_${PLATFORM}.zip`);
  }
}

/** Asks for one version of the provider. */
export function configurationWith(version: string): string {
  return `terraform {\n  required_providers {\n    fake = {\n      source  = "berth/fake"\n      version = "${version}"\n    }\n  }\n}\n`;
}

/** Of a slot's package, in its work directory. */
export function packagePath(version: string): string {
  return join('.terraform/providers', ADDRESS, version, PLATFORM);
}
