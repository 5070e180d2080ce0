import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import Provider, { type ClientMetadata, type Configuration } from 'oidc-provider';

/** What the provider says of somebody who types their id in as the login. */
export interface Account {
  readonly email: string;
  readonly email_verified?: boolean;
  readonly name?: string;
  readonly groups?: readonly string[];
}

/** An identity provider on this machine: whoever names an account is it. */
export class TestIdentityProvider {
  readonly accounts = new Map<string, Account>();
  private server: Server | undefined;
  private provider: Provider | undefined;

  private constructor(
    readonly port: number,
    private readonly client: ClientMetadata,
  ) {}

  static async start(
    port: number,
    redirect: { readonly callback: string; readonly signedOut: string },
  ): Promise<TestIdentityProvider> {
    const one = new TestIdentityProvider(port, {
      client_id: 'berth',
      client_secret: 'the-client-secret',
      redirect_uris: [redirect.callback],
      post_logout_redirect_uris: [redirect.signedOut],
      token_endpoint_auth_method: 'client_secret_post',
    });
    await one.open();
    return one;
  }

  get issuer(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** With what Berth is started to use it. */
  get settings(): Record<string, string> {
    return {
      BERTH_OIDC_ISSUER: this.issuer,
      BERTH_OIDC_CLIENT_ID: 'berth',
      BERTH_OIDC_CLIENT_SECRET: 'the-client-secret',
    };
  }

  async open(): Promise<void> {
    // Its sessions and keys are the same after it was away.
    this.provider ??= quietly(() => new Provider(this.issuer, this.configuration()));
    const answer = this.provider.callback();
    this.server = createServer((request, response) => {
      const [, uid] = /^\/interaction\/([\w-]+)/.exec(request.url ?? '') ?? [];
      if (uid === undefined) {
        void answer(request, response);
        return;
      }
      this.interact(request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
    });
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((done) => this.server?.close(done));
  }

  /** A page with one field; then it consents by itself. */
  private async interact(
    request: Parameters<ReturnType<Provider['callback']>>[0],
    response: Parameters<ReturnType<Provider['callback']>>[1],
  ): Promise<void> {
    const provider = this.provider as Provider;
    const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
    if (prompt.name === 'login') {
      if (request.method !== 'POST') {
        const form =
          '<form method="post"><input name="login" aria-label="login"><button>Go on</button></form>';
        response.writeHead(200, { 'content-type': 'text/html' }).end(form);
        return;
      }
      let body = '';
      for await (const piece of request) {
        body += String(piece);
      }
      const accountId = new URLSearchParams(body).get('login') ?? '';
      const result = this.accounts.has(accountId)
        ? { login: { accountId } }
        : { error: 'access_denied', error_description: 'nobody is called so' };
      await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
      return;
    }
    const accountId = String(session?.accountId);
    const grant =
      grantId === undefined
        ? new provider.Grant({ accountId, clientId: String(params['client_id']) })
        : await provider.Grant.find(grantId);
    grant?.addOIDCScope('openid email profile');
    grant?.addOIDCClaims(['groups']);
    const result = { consent: { grantId: await grant?.save() } };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
  }

  private configuration(): Configuration {
    return {
      clients: [this.client],
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
      conformIdTokenClaims: false,
      features: {
        devInteractions: { enabled: false },
        rpInitiatedLogout: {
          logoutSource: (context, form) => {
            context.body = `${form}<button form="op.logoutForm" name="logout" value="yes">Yes</button>`;
          },
        },
      },
      interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
      cookies: { keys: ['of a test'] },
      ttl: {
        Interaction: 600,
        Session: 600,
        Grant: 600,
        AccessToken: 600,
        IdToken: 600,
        AuthorizationCode: 60,
      },
      findAccount: (_context, accountId) => ({
        accountId,
        claims: () => ({ sub: accountId, ...(this.accounts.get(accountId) as object) }),
      }),
    };
  }
}

/* eslint-disable no-console -- the provider has no other place for its warnings */
/** It warns of keys and memory that are good enough for a test. */
function quietly<T>(make: () => T): T {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    return make();
  } finally {
    console.warn = warn;
  }
}
