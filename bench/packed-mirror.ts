import { createWriteStream } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** A provider of an unpacked filesystem mirror, found by what its path says. */
export interface MirroredProvider {
  readonly source: string;
  readonly version: string;
  readonly directory: string;
  readonly platform: string;
}

/** The first provider below `<host>/<namespace>/<type>/<version>/<platform>`. @throws Error where there is none */
export async function findProvider(mirror: string): Promise<MirroredProvider> {
  const parts: string[] = [];
  for (let level = 0; level < 5; level += 1) {
    const [name] = await readdir(join(mirror, ...parts));
    if (name === undefined) {
      throw new Error(`${join(mirror, ...parts)} is empty: --mirror takes an unpacked filesystem mirror`);
    }
    parts.push(name);
  }
  const [host, namespace, type, version = '', platform = ''] = parts;
  return {
    source: `${String(host)}/${String(namespace)}/${String(type)}`,
    version,
    platform,
    directory: join(mirror, ...parts),
  };
}

/** A mirror of archives, as a registry offers them: init has to unpack. Gives a CLI configuration that names it. */
export async function packMirror(provider: MirroredProvider, root: string): Promise<string> {
  const { source, version, platform, directory } = provider;
  const type = source.split('/').at(-1) ?? '';
  await mkdir(join(root, source), { recursive: true });
  const zip = new ZipFile();
  for (const name of await readdir(directory)) {
    zip.addFile(join(directory, name), name);
  }
  zip.end();
  const archive = join(root, source, `terraform-provider-${type}_${version}_${platform}.zip`);
  await pipeline(zip.outputStream, createWriteStream(archive));
  const config = join(root, 'terraform.tfrc');
  await writeFile(
    config,
    `provider_installation {\n  filesystem_mirror { path = ${JSON.stringify(root)} }\n}\ndisable_checkpoint = true\n`,
  );
  return config;
}
