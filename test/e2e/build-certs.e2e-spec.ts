import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pack } from 'tar-stream';
import { BuildClient, form, type ProtocolAnswer, type Worker } from '../support/build-client.js';
import { zipOf } from '../support/release-site.js';
import { System } from '../support/system.js';

const P12 = randomBytes(1_500);
const PROFILES = [randomBytes(700), randomBytes(800)];
const base64 = (content: Buffer) => content.toString('base64');
const WHOLE = {
  p12: base64(P12),
  p12Password: 'hunter2',
  keychainPassword: expect.stringMatching(/^.{16,}$/),
  provisioningProfiles: PROFILES.map(base64),
};

async function tarGzOf(files: Readonly<Record<string, Buffer | string>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) {
    archive.entry({ name }, content);
  }
  archive.finalize();
  return buffer(archive.pipe(createGzip()));
}

/** Certs are given in one of a few forms, and a machine reads them as one document. */
describe('the certs of a build', () => {
  let system: System;
  let client: BuildClient;

  beforeAll(async () => {
    system = await System.start({ only: 'api' });
    client = new BuildClient(system.api.baseUrl, system.api.key);
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  });

  async function read(
    certs: Buffer | null,
    fields: Record<string, string> = {},
    look: (worker: Worker, id: string) => Promise<void> = async () => undefined,
  ): Promise<ProtocolAnswer> {
    const files = { source: Buffer.from('x'), ...(certs === null ? {} : { certs }) };
    const { id } = await client.expect(
      'POST',
      '/api/builds/submit',
      form({ platform: 'ios', ...fields }, files),
    );
    const worker = await client.worker('signs');
    await worker.poll();
    await look(worker, id);
    const answer = await worker.call('GET', `/api/builds/${id}/certs-secure`);
    await worker.expect('POST', '/api/workers/fail', { build_id: id, error: 'done' });
    return answer;
  }

  it.each<[string, () => Promise<Buffer>]>([
    [
      'a zip with password.txt',
      async () =>
        zipOf({
          'cert.p12': P12,
          'password.txt': 'hunter2\n',
          'a.mobileprovision': PROFILES[0] ?? '',
          'b.mobileprovision': PROFILES[1] ?? '',
          '__MACOSX/._cert.p12': 'not this one',
        }),
    ],
    [
      'a zip in a folder with passwords in JSON',
      async () =>
        zipOf({
          'certs/one.mobileprovision': PROFILES[0] ?? '',
          'certs/two.mobileprovision': PROFILES[1] ?? '',
          'certs/Dist.P12': P12,
          'certs/passwords.json': JSON.stringify({ p12Password: 'hunter2' }),
        }),
    ],
    [
      'a tar.gz',
      async () =>
        tarGzOf({
          './cert.p12': P12,
          './password.txt': 'hunter2',
          './a.mobileprovision': PROFILES[0] ?? '',
          './b.mobileprovision': PROFILES[1] ?? '',
        }),
    ],
    [
      'the document itself',
      async () =>
        Buffer.from(
          JSON.stringify({
            p12: base64(P12),
            p12Password: 'hunter2',
            provisioningProfiles: PROFILES.map(base64),
          }),
        ),
    ],
  ])('are read from %s', async (_, certs) => {
    const answer = await read(await certs());
    expect(answer).toMatchObject({ status: 200, body: WHOLE });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('are a lone p12 with its passwords in fields of the submission, and again in a repetition', async () => {
    const fields = { p12Password: 'hunter2', keychainPassword: 'a keychain of one’s own' };
    const lone = { p12: base64(P12), ...fields, provisioningProfiles: [] };
    expect((await read(P12, fields)).body).toEqual(lone);
    const [first] = await client.expect('GET', '/api/builds?limit=1');
    const again = await client.expect('POST', `/api/builds/${first.id}/retry`);
    const worker = await client.worker('again');
    await worker.poll();
    expect(await worker.expect('GET', `/api/builds/${again.id}/certs-secure`)).toEqual(lone);
    await worker.expect('POST', '/api/workers/fail', { build_id: again.id, error: 'done' });
  });

  it('are there for nobody but the owner, and 404 only where there are none', async () => {
    const certs = await zipOf({ 'cert.p12': P12 });
    const mine = await read(certs, {}, async (_, id) => {
      const other = await client.worker('other');
      expect((await other.call('GET', `/api/builds/${id}/certs-secure`)).status).toBe(403);
      expect((await client.call('GET', `/api/builds/${id}/certs-secure`, undefined, {})).status).toBe(401);
    });
    expect(mine.body).toMatchObject({ p12Password: '', provisioningProfiles: [] });
    expect((await read(null)).status).toBe(404);
    expect((await read(Buffer.alloc(0))).status).toBe(404);
    const unusable = await read(await zipOf({ 'readme.txt': 'no cert here' }));
    expect(unusable).toMatchObject({ status: 422, body: { code: 'CERTS_UNREADABLE' } });
    const bomb = await zipOf({ 'cert.p12': Buffer.alloc(200 * 1024 * 1024) });
    expect((await read(bomb)).status).toBe(422);
  });

  it('are in no log and in no answer but their own', async () => {
    const secret = 'a-password-that-nobody-says';
    await read(await zipOf({ 'x.p12': P12, 'password.txt': secret }), { keychainPassword: `k-${secret}` });
    const [build] = await client.expect('GET', '/api/builds?limit=1');
    const said = [
      await system.apiService.log(),
      JSON.stringify(await client.expect('GET', `/api/builds/${build.id}/logs`)),
      JSON.stringify(await system.api.events(build.id)),
      JSON.stringify(await system.api.read(build.id)),
    ].join('\n');
    expect(said).toContain(build.id);
    expect(said).not.toContain(secret);
    const rows = await system.database.database.rows('select builds::text from builds');
    expect(JSON.stringify(rows)).not.toContain(Buffer.from(secret).toString('hex'));
  });
});
