import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ZipFile } from 'yazl';
import type { ReleaseUrls } from '../../apps/agent/src/engines/engine-releases.js';

/** Of this machine, as releases name it. */
export const PLATFORM = `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;

/** A stand-in for the site of the releases: paths and what they answer. */
export class ReleaseSite {
  readonly requests: string[] = [];
  /** Paths whose first half was sent, and no more than that. */
  readonly halves: string[] = [];
  readonly files = new Map<string, Buffer>();
  /** Instead of the file: a status, or its first half; after it the answer breaks off or never goes on. */
  readonly faults = new Map<string, number | 'cut' | 'stall'>();
  /** How many answers of this path are faulty before it is well again; without a number, all are. */
  readonly faultsLeft = new Map<string, number>();
  /** Resolved by the test: until then this path does not answer. */
  readonly held = new Map<string, Promise<void>>();
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const path = request.url ?? '';
      this.requests.push(path);
      void (this.held.get(path) ?? Promise.resolve()).then(() => {
        const fault = this.faultOf(path);
        const body = this.files.get(path);
        if (typeof fault === 'number' || body === undefined) {
          response.writeHead(typeof fault === 'number' ? fault : 404).end();
          return;
        }
        response.writeHead(200, { 'content-length': body.length });
        if (fault === undefined) {
          response.end(body);
        } else {
          response.write(body.subarray(0, body.length / 2), () => {
            this.halves.push(path);
            if (fault === 'cut') {
              response.destroy();
            }
          });
        }
      });
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private faultOf(path: string): number | 'cut' | 'stall' | undefined {
    const left = this.faultsLeft.get(path);
    if (left === 0) {
      return undefined;
    }
    if (left !== undefined) {
      this.faultsLeft.set(path, left - 1);
    }
    return this.faults.get(path);
  }

  /** As the agent's settings take them. */
  get urls(): ReleaseUrls {
    return { terraform: this.url, opentofuIndex: `${this.url}/api.json`, opentofuFiles: `${this.url}/files` };
  }

  async release(product: 'terraform' | 'tofu', version: string, script = standIn(version)): Promise<void> {
    const base = product === 'terraform' ? `/terraform/${version}` : `/files/v${version}`;
    const zipName = `${product}_${version}_${PLATFORM}.zip`;
    const zip = await zipOf({ 'LICENSE.txt': 'license', [product]: script });
    const sum = createHash('sha256').update(zip).digest('hex');
    const other = 'a'.repeat(64);
    this.files.set(`${base}/${zipName}`, zip);
    this.files.set(
      `${base}/${product}_${version}_SHA256SUMS`,
      Buffer.from(`${other}  ${product}_${version}_plan9_mips.zip\n${sum}  ${zipName}\n`),
    );
  }
}

/** Where terraform's files are. */
export const zipPath = (version: string): string =>
  `/terraform/${version}/terraform_${version}_${PLATFORM}.zip`;
export const sumsPath = (version: string): string => `/terraform/${version}/terraform_${version}_SHA256SUMS`;

/** A script in the place of a binary, which answers to `version -json`. */
export function standIn(version: string): string {
  return `#!/bin/sh\necho '{"terraform_version": "${version}"}'\n`;
}

export async function zipOf(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(files)) {
    zip.addBuffer(Buffer.from(content), name);
  }
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
