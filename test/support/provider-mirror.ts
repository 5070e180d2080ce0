import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** This machine, as terraform names it. */
const PLATFORM = `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
const ADDRESS = 'registry.terraform.io/berth/fake';
const SOURCES = resolve('test/support/node-provider');
/** Without an ending it may be CommonJS or a module, as what lies above a slot says: this is both. */
const PROGRAM = "#!/usr/bin/env node\nimport('./node-provider/main.mjs');\n";

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

  /** The provider of `node-provider`: it runs wherever the PATH has a node. */
  async offer(version: string, license = `of ${version}`): Promise<void> {
    const zip = new ZipFile();
    zip.addBuffer(Buffer.from(PROGRAM), `terraform-provider-fake_v${version}_x5`, { mode: 0o100755 });
    for (const name of await readdir(SOURCES)) {
      zip.addFile(join(SOURCES, name), `node-provider/${name}`);
    }
    zip.addBuffer(Buffer.from(license), 'LICENSE.txt');
    zip.addBuffer(Buffer.alloc(300_000, version), 'data/table.bin');
    zip.end();
    await pipeline(zip.outputStream, createWriteStream(this.zip(version)));
  }

  /** Terraform links to such a one, whose program is empty; gives the package's path. */
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
