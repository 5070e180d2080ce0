import { JsonWebKeySet, OpenIdConfiguration } from '@berth/contracts';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Public } from '../auth/caller.js';
import { API_ENV, type ApiEnv } from '../env.js';
import { Describe } from '../openapi/describe.js';
import { ProblemError } from '../problems/problem-error.js';
import { CLAIMS } from './claims.js';
import { issuerOf } from './issuer.js';
import { ALGORITHM } from './jwt.js';
import { SigningKeys } from './signing-keys.service.js';

/** A new key is published a day before it signs, so nobody has to ask often. */
const CACHED = 'public, max-age=300';

/** By what clouds and others check the tokens of runs (OpenID Connect Discovery 1.0); open to everybody, as the keys are. */
@Public()
@Controller('.well-known')
export class DiscoveryController {
  constructor(
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(SigningKeys) private readonly keys: SigningKeys,
  ) {}

  @Get('openid-configuration')
  @Describe({
    id: 'readOpenIdConfiguration',
    summary: 'Who issues the identity tokens of runs, and where their keys are',
    answer: OpenIdConfiguration,
  })
  configuration(@Res({ passthrough: true }) response: Response): OpenIdConfiguration {
    const issuer = this.expectIssuer();
    response.set('cache-control', CACHED);
    return {
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [ALGORITHM],
      scopes_supported: ['openid'],
      claims_supported: [...CLAIMS],
    };
  }

  @Get('jwks')
  @Describe({
    id: 'readJsonWebKeySet',
    summary: 'The keys that the identity tokens of runs are signed with',
    answer: JsonWebKeySet,
  })
  async jwks(@Res({ passthrough: true }) response: Response): Promise<JsonWebKeySet> {
    this.expectIssuer();
    const keys = await this.keys.published();
    response.set('cache-control', CACHED);
    return { keys };
  }

  /** @throws ProblemError 404 */
  private expectIssuer(): string {
    const issuer = issuerOf(this.env);
    if (issuer === null) {
      throw new ProblemError(
        404,
        'WORKLOAD_IDENTITY_OFF',
        'workload identity is off here: BERTH_PUBLIC_URL must be set, and begin with https:// but on this machine itself',
      );
    }
    return issuer;
  }
}
