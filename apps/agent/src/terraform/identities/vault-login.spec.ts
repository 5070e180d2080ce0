import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { AllowedAddresses } from '../../addresses/allowed-addresses.js';
import { logInToVault, logOutOfVault, type VaultPlace } from './vault-login.js';

const JWT = 'the-token-of-a-run';
let server: Server | undefined;
const never = new AbortController().signal;

async function vaultThat(answers: RequestListener) {
  server = createServer(answers);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return vaultAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

function vaultAt(address: string, allowed: readonly string[] = ['127.0.0.1']): VaultPlace {
  const vault = {
    for: 'vault',
    name: 'vault',
    audience: 'vault.workload.identity',
    address,
    role: 'berth',
    authPath: '/jwt/',
    namespace: null,
    caCert: null,
  } as const;
  return { vault, allowed: new AllowedAddresses(allowed) };
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

describe('a login to Vault', () => {
  it('gives the token that Vault gives for that of the run', async () => {
    const vault = await vaultThat((request, response) => {
      expect(request.url).toBe('/v1/auth/jwt/login');
      response.end(JSON.stringify({ auth: { client_token: 'hvs.1' } }));
    });
    expect(await logInToVault(vault, JWT, never)).toEqual({ token: 'hvs.1' });
  });

  it('follows no redirect, and says what it was answered without the token that it had shown', async () => {
    let asked = 0;
    const vault = await vaultThat((_request, response) => {
      asked += 1;
      response.writeHead(307, { location: '/elsewhere' }).end(JWT);
    });
    await expect(logInToVault(vault, JWT, never)).rejects.toMatchObject({
      code: 'VAULT_LOGIN_REFUSED',
      failureClass: 'permanent',
      message: expect.not.stringContaining(JWT),
    });
    expect(asked).toBe(1);
  });

  it('is no login where something else answers', async () => {
    const vault = await vaultThat((_request, response) => response.end('<html>'));
    await expect(logInToVault(vault, JWT, never)).rejects.toMatchObject({ code: 'VAULT_ANSWER_UNREADABLE' });
    await expect(logInToVault(vaultAt('vault.example.com'), JWT, never)).rejects.toMatchObject({
      code: 'VAULT_ADDRESS_INVALID',
      failureClass: 'permanent',
    });
  });

  it.each(['127.0.0.1', 'localhost', '[::1]', '0x7f.1'])(
    'shows no token at %s where the installation has not allowed it',
    async (host) => {
      let asked = 0;
      const { vault } = await vaultThat(() => {
        asked += 1;
      });
      const address = vault.address.replace('127.0.0.1', host);
      await expect(logInToVault(vaultAt(address, []), JWT, never)).rejects.toMatchObject({
        code: 'VAULT_ADDRESS_REFUSED',
        failureClass: 'permanent',
        message: expect.stringContaining('BERTH_ALLOWED_ADDRESSES'),
      });
      expect(asked).toBe(0);
    },
  );

  it('is tried again, and then left to another attempt, where Vault does not answer', async () => {
    let asked = 0;
    const vault = await vaultThat((request) => {
      asked += 1;
      request.socket.destroy();
    });
    await expect(logInToVault(vault, JWT, never)).rejects.toMatchObject({
      code: 'VAULT_UNAVAILABLE',
      failureClass: 'transient',
      message: expect.stringContaining('ECONNRESET'),
    });
    expect(asked).toBe(3);
  });

  it('is given up with the run', async () => {
    const stop = new AbortController();
    const vault = await vaultThat(() => {
      stop.abort(new Error('the run was stopped (person)'));
    });
    await expect(logInToVault(vault, JWT, stop.signal)).rejects.toThrow('the run was stopped (person)');
  });

  it('is over with its token', async () => {
    let shown: unknown;
    const vault = await vaultThat((request, response) => {
      shown = [request.url, request.headers['x-vault-token']];
      response.writeHead(204).end();
    });
    await logOutOfVault(vault, { token: 'hvs.1' });
    expect(shown).toEqual(['/v1/auth/token/revoke-self', 'hvs.1']);
  });
});
