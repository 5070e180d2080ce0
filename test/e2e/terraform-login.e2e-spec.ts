import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { request as ask } from 'node:http';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { freePort } from '@berth/private-servers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiCaller } from '../support/api-caller.js';
import { certificateFor } from '../support/node-provider/certificate.mjs';
import { PageCaller } from '../support/page-caller.js';
import { person } from '../support/people.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

const PROGRAM = 'terraform';

describe('terraform login', () => {
  let system: System;
  let proxy: Server;
  let publicUrl: string;
  let home: string;
  let authority: string;
  let running: ChildProcessWithoutNullStreams | undefined;

  beforeAll(async () => {
    const port = await freePort();
    publicUrl = `https://localhost:${port}`;
    system = await System.start({ only: 'api', apiEnv: { BERTH_PUBLIC_URL: publicUrl } });
    home = join(system.storage, '..', 'terraform-home');
    await mkdir(join(home, '.terraform.d'), { recursive: true });
    const { key, certificate } = certificateFor('localhost');
    const cert = `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`;
    authority = join(home, 'authority.pem');
    await writeFile(authority, cert);
    // The TLS that stands before Berth elsewhere.
    proxy = createServer({ key, cert }, (request, response) => {
      const { method, url, headers } = request;
      const onward = ask(new URL(url ?? '/', system.api.baseUrl), { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      request.pipe(onward);
    });
    proxy.listen(port, '127.0.0.1');
    await once(proxy, 'listening');
  }, 120_000);

  afterAll(async () => {
    running?.kill('SIGKILL');
    proxy.closeAllConnections();
    proxy.close();
    await system.stop();
  }, 60_000);

  it('gets a key that its person lets it have, and keeps it', async () => {
    const { host } = new URL(publicUrl);
    const { database } = system.database;
    const { id: organizationId } = await system.api.expect<{ id: string }>('GET', '/api/v1/organization');
    const member = await person(database, { organizationId, role: 'viewer' });
    const browser = await new PageCaller(system.api.baseUrl, publicUrl).signIn(database, member.userId);
    running = spawn(PROGRAM, ['login', host], {
      // Without a browser to open it says where to go.
      env: { PATH: process.env['PATH'] ?? '', HOME: home, SSL_CERT_FILE: authority, BROWSER: '/bin/false' },
    });
    let said = '';
    running.stdout.on('data', (piece) => (said += String(piece)));
    running.stderr.on('data', (piece) => (said += String(piece)));
    const ended = once(running, 'close');
    running.stdin.write('yes\n');
    const address = await waitFor('terraform to say where to go', () =>
      Promise.resolve(/https:\/\/localhost:\d+\/oauth\/authorize\S+/.exec(said)?.[0]),
    );
    const { pathname, search, searchParams } = new URL(address);
    expect((await browser.get(pathname + search)).text).toContain('Let terraform login in?');
    const { location } = await browser.post(pathname, {
      ...Object.fromEntries(searchParams),
      answer: 'approve',
      days: '7',
    });
    expect((await fetch(String(location), { signal: AbortSignal.timeout(10_000) })).status).toBe(200);
    expect([await ended, said]).toEqual([[0, null], expect.stringContaining('Success')]);
    const kept = JSON.parse(await readFile(join(home, '.terraform.d/credentials.tfrc.json'), 'utf8')) as {
      credentials: Record<string, { token: string }>;
    };
    const key = String(kept.credentials[host]?.token);
    const account = await new ApiCaller(system.api.baseUrl, key).call('GET', '/api/v1/account');
    expect(account).toMatchObject({ status: 200, body: { email: member.email } });
  }, 60_000);
});
