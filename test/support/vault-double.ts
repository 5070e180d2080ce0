import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { JWTPayload } from 'jose';
import { AnsweringServer, type Received } from './answering-server.js';
import type { TokenVerifier } from './token-verifier.js';

interface Login {
  readonly role: string;
  readonly namespace: string | undefined;
  readonly path: string;
  readonly claims: JWTPayload;
  readonly token: string;
}

/** A double of Vault's JWT logins: a role takes a token for `vault.workload.identity` whose subject has its beginning. */
export class VaultDouble {
  readonly logins: Login[] = [];
  readonly revoked: string[] = [];

  private constructor(
    private readonly server: AnsweringServer,
    private readonly verifier: TokenVerifier,
    private readonly roles: Readonly<Record<string, string>>,
  ) {}

  static async start(verifier: TokenVerifier, roles: Readonly<Record<string, string>>): Promise<VaultDouble> {
    const server = await AnsweringServer.start();
    const one = new VaultDouble(server, verifier, roles);
    server.answer((response, request) => {
      void one.take(response, request);
    });
    return one;
  }

  get url(): string {
    return this.server.url;
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }

  private async take(response: ServerResponse, { path, headers, body }: Received): Promise<void> {
    if (path === '/v1/auth/token/revoke-self') {
      this.revoked.push(String(headers['x-vault-token']));
      response.writeHead(204).end();
      return;
    }
    const { role, jwt } = JSON.parse(body) as { role: string; jwt: string };
    const refuse = (status: number, error: string): void => {
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify({ errors: [error] }));
    };
    try {
      const claims = await this.verifier.verify(jwt, { audience: 'vault.workload.identity' });
      const subject = this.roles[role];
      if (subject === undefined || !String(claims.sub).startsWith(subject)) {
        refuse(400, `role "${role}" could not be found or does not take this subject`);
        return;
      }
      const token = `hvs.${randomBytes(24).toString('base64url')}`;
      this.logins.push({ role, path, claims, token, namespace: headers['x-vault-namespace']?.toString() });
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ auth: { client_token: token, lease_duration: 1_200, renewable: true } }));
    } catch (error) {
      refuse(400, `error validating token: ${String(error)}`);
    }
  }
}
