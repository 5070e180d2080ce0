import * as oidc from 'openid-client';

/** What a provider says of itself changes with its keys and addresses, which it announces. */
const FRESH_MS = 3_600_000;
/** Of one request to the provider. */
const TIMEOUT_SECONDS = 10;

export interface ProviderSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | null;
}

/**
 * What the provider says of itself, asked for when it is first needed: a provider that is away stops no service, and is
 * asked again by the next one who wants to sign in.
 */
export class Discovery {
  /** What it said last. */
  known: oidc.Configuration | undefined;
  private asked = 0;
  private asking: Promise<oidc.Configuration> | undefined;

  constructor(
    private readonly settings: ProviderSettings,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @throws whatever keeps the provider from answering, where it never has */
  async configuration(): Promise<oidc.Configuration> {
    if (this.known !== undefined && this.now() - this.asked < FRESH_MS) {
      return this.known;
    }
    this.asking ??= this.ask().finally(() => {
      this.asking = undefined;
    });
    try {
      return await this.asking;
    } catch (error) {
      if (this.known === undefined) {
        throw error;
      }
      return this.known;
    }
  }

  private async ask(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.settings;
    // A plain line is for a provider on this machine itself: the settings take no other one.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- it is marked so to keep it out of production
    const execute = issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : [];
    const configuration = await oidc.discovery(
      new URL(issuer),
      clientId,
      {},
      clientSecret === null ? oidc.None() : oidc.ClientSecretPost(clientSecret),
      { execute: [oidc.enableNonRepudiationChecks, ...execute], timeout: TIMEOUT_SECONDS },
    );
    this.known = configuration;
    this.asked = this.now();
    return configuration;
  }
}
