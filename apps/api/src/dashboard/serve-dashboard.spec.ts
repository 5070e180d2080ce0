import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { dashboardOf } from './serve-dashboard.js';

const SCRIPT = 'console.log("a script of the dashboard");\n';

describe('the files of the dashboard', () => {
  let server: Server;
  let url: string;

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'site-'));
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<div id="berth"></div>');
    writeFileSync(join(folder, 'assets', 'a.js'), SCRIPT);
    writeFileSync(join(folder, 'assets', 'a.js.gz'), gzipSync(SCRIPT));
    const dashboard = dashboardOf(folder, () => 'https://login.example.org');
    // Somebody builds it anew while the api runs.
    rmSync(folder, { recursive: true });
    const app = express();
    app.use(dashboard ?? (() => undefined));
    await new Promise<void>((resolve) => {
      server = app.listen(0, '127.0.0.1', () => {
        resolve();
      });
    });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    server.close();
  });

  const get = async (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
    fetch(`${url}${path}`, { method, headers });

  it('are those of the start of the api, also where they are gone by now', async () => {
    const answer = await get('/assets/a.js', { 'accept-encoding': 'br, gzip' });
    expect([answer.status, answer.headers.get('content-encoding')]).toEqual([200, 'gzip']);
    expect(await answer.text()).toBe(SCRIPT);
    expect((await get('/runs', { accept: 'text/html' })).status).toBe(200);
  });

  it('come as they are to those who take nothing compressed', async () => {
    const answer = await get('/assets/a.js', { 'accept-encoding': 'identity' });
    expect(answer.headers.get('content-encoding')).toBeNull();
    expect(await answer.text()).toBe(SCRIPT);
  });

  it('are not sent again to those who have them, nor to those who only ask about them', async () => {
    const { headers } = await get('/assets/a.js');
    // Without a word of its own on caching, fetch asks for everything anew.
    const known = { 'if-none-match': String(headers.get('etag')), 'cache-control': 'max-age=0' };
    const again = await get('/assets/a.js', known);
    expect([again.status, await again.text()]).toEqual([304, '']);
    const head = await get('/assets/a.js', {}, 'HEAD');
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it.each([
    '/assets/a.js.gz',
    '/assets/../index.html',
    '/assets/%2e%2e/index.html',
    '/assets/b.js',
    '/index.html',
  ])('have no other one at %s', async (path) => {
    expect((await get(path)).headers.get('content-type')).not.toContain('javascript');
    expect((await get(path)).status).toBe(404);
  });

  it('let a form lead on to the identity provider, and nowhere else', async () => {
    const policy = (await get('/', { accept: 'text/html' })).headers.get('content-security-policy');
    expect(policy).toContain("form-action 'self' https://login.example.org;");
  });

  it('are none where the dashboard was not built', () => {
    expect(dashboardOf(join(tmpdir(), 'no-such-site'), () => null)).toBeNull();
  });
});
