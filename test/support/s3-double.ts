import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A double of S3, which cannot be had here: the calls that the store makes, with objects in memory. */
export class S3Double {
  readonly objects = new Map<string, Buffer>();
  readonly uploads = new Map<string, { key: string; parts: Map<number, Buffer>; begunAt: Date }>();
  /** Signatures are not checked, but a request without one is refused. */
  unsigned = 0;
  private server: Server | undefined;

  async start(): Promise<string> {
    const server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
    });
    this.server = server;
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((done) => this.server?.close(done));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://s3');
    const [, , ...rest] = url.pathname.split('/');
    const key = decodeURIComponent(rest.join('/'));
    const uploadId = url.searchParams.get('uploadId');
    const body = await buffer(request);
    if (request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 Credential=') !== true) {
      this.unsigned += 1;
      response.writeHead(403).end();
      return;
    }
    switch (request.method ?? 'GET') {
      case 'PUT':
        this.put(response, { key, uploadId, part: Number(url.searchParams.get('partNumber')) }, body);
        return;
      case 'POST':
        this.post(response, key, uploadId, body);
        return;
      case 'DELETE':
        if (uploadId === null) {
          this.objects.delete(key);
        } else {
          this.uploads.delete(uploadId);
        }
        response.writeHead(204).end();
        return;
      default:
        if (url.searchParams.has('uploads')) {
          xml(response, `<ListMultipartUploadsResult>${this.listing()}</ListMultipartUploadsResult>`);
          return;
        }
        this.get(response, key);
    }
  }

  private put(
    response: ServerResponse,
    to: { key: string; uploadId: string | null; part: number },
    body: Buffer,
  ): void {
    if (to.uploadId === null) {
      this.objects.set(to.key, body);
    } else {
      this.uploads.get(to.uploadId)?.parts.set(to.part, body);
    }
    response.writeHead(200, { etag: etag(body) }).end();
  }

  private post(response: ServerResponse, key: string, uploadId: string | null, _body: Buffer): void {
    if (uploadId === null) {
      const id = randomUUID();
      this.uploads.set(id, { key, parts: new Map(), begunAt: new Date() });
      const name = `<Bucket>b</Bucket><Key>${key}</Key><UploadId>${id}</UploadId>`;
      xml(response, `<InitiateMultipartUploadResult>${name}</InitiateMultipartUploadResult>`);
      return;
    }
    const parts = [...(this.uploads.get(uploadId)?.parts ?? [])].sort(([a], [b]) => a - b);
    const whole = Buffer.concat(parts.map(([, part]) => part));
    this.objects.set(key, whole);
    this.uploads.delete(uploadId);
    const name = `<Key>${key}</Key><ETag>${etag(whole)}</ETag>`;
    xml(response, `<CompleteMultipartUploadResult>${name}</CompleteMultipartUploadResult>`);
  }

  private get(response: ServerResponse, key: string): void {
    const object = this.objects.get(key);
    if (object === undefined) {
      response
        .writeHead(404, { 'content-type': 'application/xml' })
        .end('<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>');
      return;
    }
    response.writeHead(200, { 'content-length': object.length, etag: etag(object) }).end(object);
  }

  private listing(): string {
    return [...this.uploads]
      .map(
        ([id, { key, begunAt }]) =>
          `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${begunAt.toISOString()}</Initiated></Upload>`,
      )
      .join('');
  }
}

function etag(content: Buffer): string {
  return `"${createHash('md5').update(content).digest('hex')}"`;
}

function xml(response: ServerResponse, body: string): void {
  response
    .writeHead(200, { 'content-type': 'application/xml' })
    .end(`<?xml version="1.0" encoding="UTF-8"?>${body}`);
}
