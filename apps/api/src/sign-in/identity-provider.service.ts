import { LOGGER, type Logger } from '@berth/observability';
import { Inject, Injectable } from '@nestjs/common';
import * as oidc from 'openid-client';
import { API_ENV, type ApiEnv } from '../env.js';
import { publicUrlOf } from '../public-url.js';
import { providerError } from './provider-errors.js';
import { readClaims, type ProvidedClaims } from './provided-claims.js';
import { Discovery } from './discovery.js';
import type { SignInFlow } from './sign-in-flow.js';

export interface ProvidedSignIn {
  readonly claims: ProvidedClaims;
  /** For the sign-out. */
  readonly idToken: string | null;
}

/** The identity provider with which people sign in, where one is set (OpenID Connect: code, PKCE, state and nonce). */
@Injectable()
export class IdentityProvider {
  /** Null where none is set. */
  readonly issuer: string | null;
  private readonly discovery: Discovery | null;

  constructor(
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const { BERTH_OIDC_ISSUER: issuer, BERTH_OIDC_CLIENT_ID: clientId } = env;
    this.issuer = issuer ?? null;
    this.discovery =
      issuer === undefined || clientId === undefined
        ? null
        : new Discovery({ issuer, clientId, clientSecret: env.BERTH_OIDC_CLIENT_SECRET ?? null });
  }

  /** What people know it by. */
  get host(): string {
    return this.issuer === null ? '' : new URL(this.issuer).host;
  }

  /** Where a browser goes to sign in, and what it keeps meanwhile. @throws ProviderUnreachable */
  async begin(returnTo: string): Promise<{ readonly address: URL; readonly flow: SignInFlow }> {
    const verifier = oidc.randomPKCECodeVerifier();
    const flow = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier, returnTo };
    const codeChallenge = await oidc.calculatePKCECodeChallenge(verifier);
    return this.told(async (discovery) => ({
      flow,
      address: oidc.buildAuthorizationUrl(await discovery.ask(), {
        redirect_uri: this.redirectUri.href,
        scope: 'openid email profile',
        state: flow.state,
        nonce: flow.nonce,
        code_challenge: codeChallenge,
        code_challenge_method: 'S256',
      }),
    }));
  }

  /** Who came back, by the answer in the address. @throws ProviderUnreachable, SignInRefused */
  async finish(query: string, { state, nonce, verifier }: SignInFlow): Promise<ProvidedSignIn> {
    // Of the address that we are known by: what a request says of its host is anybody's word.
    const callback = new URL(this.redirectUri);
    callback.search = query;
    return this.told(async (discovery) => {
      const configuration = await discovery.configuration();
      const tokens = await oidc.authorizationCodeGrant(configuration, callback, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      });
      const told: Record<string, unknown> = { ...tokens.claims() };
      const subject = String(told['sub']);
      const groupsClaim = this.env.BERTH_OIDC_GROUPS_CLAIM;
      const isMore = told['email'] === undefined || told[groupsClaim] === undefined;
      if (isMore && configuration.serverMetadata().userinfo_endpoint !== undefined) {
        const more = await oidc.fetchUserInfo(configuration, tokens.access_token, subject);
        Object.assign(told, { ...more, ...told });
      }
      return { claims: readClaims(subject, told, groupsClaim), idToken: tokens.id_token ?? null };
    });
  }

  /** Where a browser goes to sign out there, too; null where the provider has no such place, or is away. */
  async signOutAddress(idToken: string): Promise<string | null> {
    if (this.discovery === null) {
      return null;
    }
    try {
      const configuration = await this.discovery.configuration();
      if (configuration.serverMetadata().end_session_endpoint === undefined) {
        return null;
      }
      return oidc.buildEndSessionUrl(configuration, {
        id_token_hint: idToken,
        post_logout_redirect_uri: `${publicUrlOf(this.env)}/sign-in`,
      }).href;
    } catch (error) {
      this.logger.warn(`signed out here only: ${String(error)}`);
      return null;
    }
  }

  /** Where a sign-out may lead, for what a page allows its forms. */
  signOutOrigin(): string | null {
    const end = this.discovery?.known?.serverMetadata().end_session_endpoint;
    return end === undefined ? null : new URL(end).origin;
  }

  private get redirectUri(): URL {
    return new URL(`${publicUrlOf(this.env)}/sign-in/callback`);
  }

  private async told<T>(ask: (discovery: Discovery) => Promise<T>): Promise<T> {
    if (this.discovery === null) {
      throw new Error('single sign-on is not set up (BERTH_OIDC_ISSUER)');
    }
    try {
      return await ask(this.discovery);
    } catch (caught) {
      const error = providerError(caught, this.host);
      this.logger.warn({ err: error.cause }, `single sign-on: ${error.message}`);
      throw error;
    }
  }
}
