import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

export interface HeavyBody {
  readonly what: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Made when it is asked for: some take seconds. */
  readonly body: () => Buffer | Promise<Buffer>;
}

const MB = 1024 * 1024;
const json = { 'content-type': 'application/json' };
const fields = (): Buffer =>
  Buffer.from(`{${Array.from({ length: 600_000 }, (_, n) => `"f${n.toString(36)}":1`).join(',')}}`);

/** Bodies that cost whoever reads them much time or memory. */
export const HEAVY_BODIES: readonly HeavyBody[] = [
  { what: 'many fields', path: '/api/v1/tasks', headers: json, body: fields },
  {
    what: 'deep lists',
    path: '/api/v1/tasks',
    headers: json,
    body: () => Buffer.from('['.repeat(3 * MB) + ']'.repeat(3 * MB)),
  },
  { what: 'what nobody called JSON', path: '/api/v1/tasks', headers: {}, body: fields },
  {
    what: 'a form',
    path: '/api/v1/tasks',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: () => Buffer.from('a[b]=1&'.repeat(MB)),
  },
  {
    what: 'what unpacks to 900 MB',
    path: '/api/v1/tasks',
    headers: { ...json, 'content-encoding': 'gzip' },
    body: async () => promisify(gzip)(Buffer.alloc(900 * MB, ' ')),
  },
  {
    what: 'many parts',
    path: '/api/builds/submit',
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    body: () => Buffer.from('--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n'.repeat(100_000)),
  },
  { what: 'bytes for no operation', path: '/nowhere', headers: {}, body: () => Buffer.alloc(50 * MB) },
  { what: 'bytes for a probe', path: '/healthz', headers: {}, body: () => Buffer.alloc(50 * MB) },
];
