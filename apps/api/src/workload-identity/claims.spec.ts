import { generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { CLAIMS, claimsOf } from './claims.js';
import { makeKeyPair, privateKeyOf, signJwt } from './jwt.js';

const AT = new Date('2026-11-27T12:00:00.700Z');
const SECONDS = Date.parse('2026-11-27T12:00:00Z') / 1_000;

const claims = () =>
  claimsOf({
    issuer: 'https://berth.example.com',
    audience: 'aws.workload.identity',
    place: {
      organizationId: 'o',
      organization: 'acme',
      projectId: 'p',
      project: 'default',
      workspaceId: 'w',
      workspace: 'net:work',
    },
    runId: 'task-1',
    phase: 'apply',
    now: AT,
    lifeSeconds: 600,
  });

describe('the claims of a run’s token', () => {
  it('name the run under the names that HCP Terraform gives them', () => {
    expect(claims()).toEqual({
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      iss: 'https://berth.example.com',
      sub: 'organization:acme:project:default:workspace:net%3Awork:run_phase:apply',
      aud: 'aws.workload.identity',
      iat: SECONDS,
      nbf: SECONDS - 5,
      exp: SECONDS + 600,
      terraform_run_phase: 'apply',
      terraform_run_id: 'task-1',
      terraform_organization_id: 'o',
      terraform_organization_name: 'acme',
      terraform_project_id: 'p',
      terraform_project_name: 'default',
      terraform_workspace_id: 'w',
      terraform_workspace_name: 'net:work',
      terraform_full_workspace: 'organization:acme:project:default:workspace:net%3Awork',
    });
  });

  it('are those that discovery promises, and no two tokens are the same', () => {
    expect([...CLAIMS].sort()).toEqual(Object.keys(claims()).sort());
    expect(claims().jti).not.toBe(claims().jti);
  });

  it('are signed with RS256 and the key that the header names', async () => {
    const pair = await makeKeyPair();
    const jwt = signJwt({ kid: pair.kid, privateKey: privateKeyOf(pair.privateKey) }, claims());
    const [header = '', body = '', signature = ''] = jwt.split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
      alg: 'RS256',
      typ: 'JWT',
      kid: pair.kid,
    });
    const publicKey = { key: pair.publicJwk, format: 'jwk' as const };
    const bytes = Buffer.from(`${header}.${body}`);
    expect(verify('sha256', bytes, publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
    const other = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    expect(verify('sha256', bytes, other.publicKey, Buffer.from(signature, 'base64url'))).toBe(false);
    expect(pair.publicJwk).not.toHaveProperty('d');
  });
});
