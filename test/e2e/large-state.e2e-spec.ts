import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { System } from '../support/system.js';

const MB = 1024 * 1024;

/** Of so many MB in resources of 16 KB, as a state file has them. */
function stateOf(megabytes: number): Buffer {
  const attributes = { id: 'x', content: 'some text '.repeat(1_600) };
  const instance = JSON.stringify({ schema_version: 0, attributes });
  const resource = (n: number): string =>
    `{"mode":"managed","type":"fake_thing","name":"t${n}","provider":"p","instances":[${instance}]}`;
  const count = Math.ceil((megabytes * MB) / resource(0).length);
  const resources = Array.from({ length: count }, (_, n) => resource(n)).join(',');
  return Buffer.from(`{"version":4,"serial":1,"lineage":"large","resources":[${resources}],"outputs":{}}`);
}

describe('a state of hundreds of megabytes', () => {
  let system: System;

  beforeAll(async () => {
    system = await System.start({ only: 'api', apiEnv: { BERTH_MAX_STATE_MB: '500' } });
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  });

  it('is taken, and given back as it came', async () => {
    const { baseUrl, key } = system.api;
    const authorization = `Bearer ${key}`;
    const made = await fetch(`${baseUrl}/api/v1/workspaces`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'large', engine: 'terraform' }),
    });
    expect(made.status).toBe(201);
    const url = `${baseUrl}/api/v1/workspaces/large/terraform-state`;
    const state = stateOf(260);
    const written = await fetch(url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: new Uint8Array(state),
    });
    expect([written.status, await written.text()]).toEqual([200, '']);
    const read = await fetch(url, { headers: { authorization } });
    expect(read.status).toBe(200);
    const content = Buffer.from(await read.arrayBuffer());
    const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    expect(content.length).toBe(state.length);
    expect(digest(content)).toBe(digest(state));
  }, 180_000);
});
