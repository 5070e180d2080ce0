import { beforeAll, describe, expect, it } from '@jest/globals';
import type { System } from '../../support/system.js';
import { apiAlone } from './api-alone.js';

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('the api as the server of the dashboard', () => {
  let system: System;
  let url: string;

  beforeAll(async () => {
    system = await apiAlone();
    url = system.api.baseUrl;
  }, 90_000);

  const get = async (path: string, headers: Record<string, string> = HTML): Promise<Response> =>
    fetch(new URL(path, url), { headers, redirect: 'manual' });

  it.each([
    '/',
    '/runs?status=failed',
    '/app/default/hello/runs/x',
    '/app/settings/tokens',
    '/builds/x',
    '/settings/audit',
  ])('gives browsers the page at %s, asked for anew each time, under its policy', async (path) => {
    const answer = await get(path);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toContain('unsafe');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await answer.text()).toContain('<div id="berth">');
  });

  it('gives its files compressed and for ever, and one that is gone is no page', async () => {
    const [script = ''] = /\/assets\/[\w.-]+\.js/.exec(await (await get('/')).text()) ?? [];
    const answer = await get(script, { 'accept-encoding': 'br' });
    expect([answer.status, answer.headers.get('content-encoding')]).toEqual([200, 'br']);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const gone = await get('/assets/gone-1234.js');
    expect([gone.status, gone.headers.get('cache-control')]).toEqual([404, 'no-store']);
    expect(await gone.json()).toMatchObject({ status: 404 });
  });

  it.each(['/api/v1/nope', '/.well-known/terraform.json/x', '/agent/v1/x', '/auth/x'])(
    'answers %s itself, as whatever it is asked',
    async (path) => {
      const answer = await get(path);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.headers.get('content-type')).toContain('json');
    },
  );

  it('tells programs in JSON that there is nothing at the address of a page, and people on a page', async () => {
    const program = await get('/runs', { accept: 'application/json' });
    expect([program.status, program.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
    const person = await get('/there/is/no/such/page');
    expect(person.status).toBe(404);
    expect(await person.text()).toContain('<div id="berth">');
    expect(person.headers.get('content-security-policy')).toContain("script-src 'self'");
  });

  it('leaves the other pages and files where they were', async () => {
    const statuses = ['/sign-in', '/docs', '/openapi.json', '/healthz', '/readyz', '/metrics'].map(
      async (path) => (await get(path)).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 200, 200, 200, 200, 200]);
    expect((await fetch(new URL('/runs', url), { method: 'POST', headers: HTML })).status).toBe(404);
  });
});
