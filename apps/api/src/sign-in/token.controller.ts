import { addRecord, Database, useAuthorizationCode } from '@berth/persistence';
import { Controller, Get, Header, HttpCode, Inject, Post, Req, Res, UseFilters } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Public } from '../auth/caller.js';
import { keyHash } from '../secrets/key-hash.js';
import { newCommandLineKey, recordKey, tokenAnswer, type TokenAnswer } from './command-line-key.js';
import { challengeOf, clientName, TERRAFORM_CLIENT, TERRAFORM_PORTS } from './command-line-clients.js';
import { deedOf } from './deeds.js';
import { readForm } from './form.js';
import { OAuthError, OAuthFilter } from './oauth-errors.js';

/** What command lines fetch themselves: where the pages are, and the key for a code. */
@Public()
@UseFilters(OAuthFilter)
@Controller()
export class TokenController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @Get('.well-known/terraform.json')
  services(@Res() response: Response): void {
    response.json({
      'login.v1': {
        client: TERRAFORM_CLIENT,
        grant_types: ['authz_code'],
        authz: '/oauth/authorize',
        token: '/oauth/token',
        ports: TERRAFORM_PORTS,
      },
    });
  }

  @Post('oauth/token')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  async give(@Req() request: Request): Promise<TokenAnswer> {
    const form = await readForm(request);
    const clientId = form.get('client_id');
    const name = clientName(clientId);
    if (form.get('grant_type') !== 'authorization_code') {
      throw new OAuthError('unsupported_grant_type', 'grant_type must be authorization_code');
    }
    if (name === undefined) {
      throw new OAuthError('invalid_client', 'client_id names no command line that is known here');
    }
    const codeChallenge = challengeOf(form.get('code_verifier'));
    if (codeChallenge === null) {
      throw new OAuthError('invalid_request', 'code_verifier must have 43 to 128 characters (RFC 7636)');
    }
    const key = newCommandLineKey();
    const answer = await useAuthorizationCode(
      this.database,
      {
        codeHash: keyHash(form.get('code')),
        clientId,
        redirectUri: form.get('redirect_uri'),
        codeChallenge,
        keyName: name,
        ...key.row,
      },
      recordKey(request),
    );
    if (answer.is === 'key') {
      return tokenAnswer(key.key, answer.keyDays);
    }
    if (answer.is === 'used_before') {
      const refused = deedOf(request, 'createCommandLineKey', answer, {
        objectType: 'key',
        objectId: answer.apiKeyId ?? '',
        objectName: name,
      });
      await addRecord(this.database, refused, { outcome: 'refused', status: 400, code: 'CODE_USED_TWICE' });
    }
    throw new OAuthError(
      'invalid_grant',
      'this code was used already, is over, or belongs to another sign-in: log in again',
    );
  }
}
