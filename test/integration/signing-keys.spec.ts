import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from '@berth/observability';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeProtectedHeader } from 'jose';
import { freshBox } from '../../apps/api/src/secrets/fresh-box.js';
import { claimsOf } from '../../apps/api/src/workload-identity/claims.js';
import { signJwt } from '../../apps/api/src/workload-identity/jwt.js';
import { SigningKeys } from '../../apps/api/src/workload-identity/signing-keys.service.js';
import { quietly } from '../support/quiet.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';
import { TokenVerifier } from '../support/token-verifier.js';

const AUDIENCE = 'aws.workload.identity';
const place = {
  organizationId: 'o',
  organization: 'acme',
  projectId: 'p',
  project: 'default',
  workspaceId: 'w',
  workspace: 'network',
};

describe('the keys that identity tokens are signed with', () => {
  let server: TestDatabase;
  let issuer: Server;
  let url: string;
  let metrics: Metrics;
  let keys: SigningKeys;
  const box = freshBox();

  beforeEach(async () => {
    server = await testDatabase();
    ({ metrics } = quietly());
    keys = new SigningKeys(server.database, box, metrics);
    issuer = createServer((request, response) => {
      const about =
        request.url === '/.well-known/jwks'
          ? keys.published().then((published) => ({ keys: published }))
          : Promise.resolve({ issuer: url, jwks_uri: `${url}/.well-known/jwks` });
      void about.then((json) => response.end(JSON.stringify(json)));
    });
    issuer.listen(0, '127.0.0.1');
    await once(issuer, 'listening');
    url = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    issuer.closeAllConnections();
    issuer.close();
    await server.drop();
  });

  const claims = (now = new Date()) =>
    claimsOf({ issuer: url, audience: AUDIENCE, place, runId: 't', phase: 'plan', now, lifeSeconds: 600 });
  const token = async (): Promise<string> => signJwt(await keys.present(), claims());
  const kids = async (): Promise<string[]> => (await keys.published()).map(({ kid }) => kid);
  const kidOf = (jwt: string): string | undefined => decodeProtectedHeader(jwt).kid;
  const pass = async (time: string): Promise<void> => {
    await server.database.rows('update signing_keys set signs_from = signs_from - $1::interval', [time]);
  };

  it('are one for all processes, also for those that start at once', async () => {
    const others = Array.from({ length: 4 }, () => new SigningKeys(server.database, box, metrics));
    const present = await Promise.all(others.map(async (one) => one.present()));
    expect(new Set(present.map(({ kid }) => kid)).size).toBe(1);
    expect(await kids()).toEqual([present[0]?.kid]);
    const rows = await server.database.rows('select 1 from signing_keys');
    expect(rows).toHaveLength(1);
  });

  it('are sealed, and published without their private part', async () => {
    await keys.keep();
    const [published] = await keys.published();
    expect(Object.keys(published ?? {}).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    const stranger = new SigningKeys(server.database, freshBox(), metrics);
    await expect(stranger.present()).rejects.toThrow(/cannot be opened/);
  });

  it('are published for a day before they sign, and until their last token is over', async () => {
    await keys.keep();
    await keys.keep();
    const verifier = new TokenVerifier(url);
    const old = await token();
    await verifier.verify(old, { audience: AUDIENCE });
    expect(await kids()).toHaveLength(1);

    await pass('28 days 23 hours');
    await keys.keep();
    expect(await kids()).toEqual([kidOf(old)]);

    await pass('2 hours');
    await keys.keep();
    await keys.keep();
    const [first, next] = await kids();
    expect(await kids()).toHaveLength(2);
    expect(first).toBe(kidOf(old));
    expect(kidOf(await token())).toBe(first);
    // Whoever fetches the keys now has the next one before its first token.
    const early = new TokenVerifier(url);
    await early.verify(old, { audience: AUDIENCE });

    await pass('1 day');
    const young = await token();
    expect(kidOf(young)).toBe(next);
    await early.verify(young, { audience: AUDIENCE });
    expect(early.asked.map(({ path }) => path)).toEqual([
      '/.well-known/openid-configuration',
      '/.well-known/jwks',
    ]);
    await early.verify(old, { audience: AUDIENCE });

    await pass('24 hours');
    await keys.keep();
    expect(await kids()).toEqual([first, next]);
    await pass('2 hours');
    expect(await kids()).toEqual([next]);
    await keys.keep();
    expect(await server.database.rows('select kid from signing_keys')).toEqual([{ kid: next }]);
    await expect(new TokenVerifier(url).verify(old, { audience: AUDIENCE })).rejects.toThrow(
      /no applicable key/,
    );
    const told = await metrics.registry.metrics();
    expect(told).toMatch(/berth_signing_keys_total\{.*what="made".*\} 2/);
    expect(told).toMatch(/berth_signing_keys_total\{.*what="removed".*\} 1/);
  });

  it('are made anew at once where nobody has looked for longer than a key signs', async () => {
    await keys.keep();
    await pass('90 days');
    await keys.keep();
    const [first, next] = await kids();
    expect(kidOf(await token())).toBe(first);
    await pass('1 day');
    expect(kidOf(await token())).toBe(next);
  });

  it('make tokens that count within their time, for their audience, and as they were signed', async () => {
    const verifier = new TokenVerifier(url);
    const good = await token();
    const verify = async (jwt: string, audience = AUDIENCE, at?: Date) =>
      verifier.verify(jwt, { audience, ...(at === undefined ? {} : { at }) });
    expect(await verify(good)).toMatchObject({
      sub: 'organization:acme:project:default:workspace:network:run_phase:plan',
    });

    const later = (seconds: number): Date => new Date(Date.now() + seconds * 1_000);
    await verify(good, AUDIENCE, later(595));
    await expect(verify(good, AUDIENCE, later(601))).rejects.toThrow(/"exp" claim timestamp check failed/);
    await verify(good, AUDIENCE, later(-4));
    await expect(verify(good, AUDIENCE, later(-60))).rejects.toThrow(/"nbf" claim timestamp check failed/);
    await expect(verify(good, 'vault.workload.identity')).rejects.toThrow(/unexpected "aud"/);

    const kid = String(kidOf(good));
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    await expect(verify(signJwt({ kid, privateKey }, claims()))).rejects.toThrow(
      /signature verification failed/,
    );
    await expect(verify(signJwt({ kid: 'another', privateKey }, claims()))).rejects.toThrow(
      /no applicable key/,
    );
    const [header, body, signature] = good.split('.');
    const forged = Buffer.from(
      Buffer.from(String(body), 'base64url').toString().replace('run_phase:plan', 'run_phase:apply'),
    ).toString('base64url');
    expect(forged).not.toBe(body);
    await expect(verify([header, forged, signature].join('.'))).rejects.toThrow(
      /signature verification failed/,
    );
    const none = Buffer.from(JSON.stringify({ alg: 'none', kid })).toString('base64url');
    await expect(verify([none, body, ''].join('.'))).rejects.toThrow();
    const foreign = signJwt(await keys.present(), { ...claims(), iss: 'https://elsewhere.example.com' });
    await expect(verify(foreign)).rejects.toThrow(/unexpected "iss"/);
  });
});
