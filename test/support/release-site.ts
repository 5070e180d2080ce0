import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ZipFile } from 'yazl';
import type { ReleaseUrls } from '../../apps/agent/src/terraform/engine-releases.js';

/** Of this machine, as releases name it. */
export const PLATFORM = `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;

/** A stand-in for the site of the releases: paths and what they answer. */
export class ReleaseSite {
  readonly requests: string[] = [];
  readonly files = new Map<string, Buffer>();
  /** Instead of the file: a status, or an answer that breaks off. */
  readonly faults = new Map<string, number | 'cut'>();
  /** Resolved by the test: until then this path does not answer. */
  readonly held = new Map<string, Promise<void>>();
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const path = request.url ?? '';
      this.requests.push(path);
      void (this.held.get(path) ?? Promise.resolve()).then(() => {
        const fault = this.faults.get(path);
        const body = this.files.get(path);
        if (fault === 'cut') {
          response.writeHead(200, { 'content-length': 1_000_000 });
          response.write('some of it', () => response.destroy());
        } else if (fault !== undefined || body === undefined) {
          response.writeHead(fault ?? 404).end();
        } else {
          response.writeHead(200, { 'content-length': body.length }).end(body);
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

/** A script in the place of a binary, which answers to `version -json`. */
export function standIn(version: string): string {
  return `#!/bin/sh\necho '{"terraform_version": "${version}"}'\n`;
}

export async function zipOf(files: Record<string, string>): Promise<Buffer> {
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
