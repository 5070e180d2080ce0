import * as oidc from 'openid-client';

/** Of one request to the provider. */
const TIMEOUT_SECONDS = 10;

export interface ProviderSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | null;
}

/**
 * What the provider says of itself. It is asked at the beginning of every sign-in and at no other time: a provider that
 * is away stops no service, and who wants to sign in is told here instead of being sent to where nobody answers.
 */
export class Discovery {
  /** What it said last. */
  known: oidc.Configuration | undefined;
  private asking: Promise<oidc.Configuration> | undefined;

  constructor(private readonly settings: ProviderSettings) {}

  /** Asks it now; many who ask at once are one question. @throws whatever keeps the provider from answering */
  async ask(): Promise<oidc.Configuration> {
    this.asking ??= this.discover().finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  /** What it said last, or says now. @throws whatever keeps the provider from answering, where it never has */
  async configuration(): Promise<oidc.Configuration> {
    return this.known ?? (await this.ask());
  }

  private async discover(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.settings;
    // A plain line is for a provider on this machine itself: the settings take no other one.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- it is marked so to keep it out of production
    const execute = issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : [];
    this.known = await oidc.discovery(
      new URL(issuer),
      clientId,
      {},
      clientSecret === null ? oidc.None() : oidc.ClientSecretPost(clientSecret),
      { execute: [oidc.enableNonRepudiationChecks, ...execute], timeout: TIMEOUT_SECONDS },
    );
    return this.known;
  }
}
