import { createRemoteJWKSet, customFetch, jwtVerify, type JWTPayload } from 'jose';

export interface Expected {
  readonly audience: string;
  /** Whose clock is compared with the token's times; now, where it is not given. */
  readonly at?: Date;
}

/**
 * Checks tokens as a cloud does that was told nothing but the address of their issuer: it asks that for its document and its
 * keys, once for each verifier but where a token names a key that it does not have.
 */
export class TokenVerifier {
  /** Addresses that it has asked, with what may be done with their answers. */
  readonly asked: { readonly path: string; readonly cacheControl: string | null }[] = [];
  private keys: ReturnType<typeof createRemoteJWKSet> | null = null;

  constructor(readonly issuer: string) {}

  /** @throws an error of jose where the token is not to be trusted */
  async verify(token: string, { audience, at }: Expected): Promise<JWTPayload> {
    this.keys ??= createRemoteJWKSet(await this.discover(), {
      cooldownDuration: 0,
      [customFetch]: async (url, options) => this.ask(url, options),
    });
    const { payload } = await jwtVerify(token, this.keys, {
      issuer: this.issuer,
      audience,
      algorithms: ['RS256'],
      requiredClaims: ['sub', 'iat', 'nbf', 'exp', 'jti'],
      ...(at === undefined ? {} : { currentDate: at }),
    });
    return payload;
  }

  private async discover(): Promise<URL> {
    const answer = await this.ask(`${this.issuer}/.well-known/openid-configuration`);
    const document = (await answer.json()) as { issuer: string; jwks_uri: string };
    if (document.issuer !== this.issuer) {
      throw new Error(`${this.issuer} says that it is ${document.issuer}`);
    }
    return new URL(document.jwks_uri);
  }

  private async ask(url: string, options: RequestInit = {}): Promise<Response> {
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000), ...options });
    this.asked.push({
      path: new URL(url).pathname,
      cacheControl: answer.headers.get('cache-control'),
    });
    return answer;
  }
}
