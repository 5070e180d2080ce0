import { randomBytes } from 'node:crypto';
import { createAuthorizationCode, Database, recorded } from '@berth/persistence';
import { Controller, Get, Inject, Post, Req, Res, UseFilters } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Public } from '../auth/caller.js';
import { expectOwnOrigin } from '../auth/own-origin.js';
import { API_ENV, type ApiEnv } from '../env.js';
import { ProblemError } from '../problems/problem-error.js';
import { keyHash } from '../secrets/key-hash.js';
import { sendConsent, type Asked } from './authorize.page.js';
import { clientName, isChallenge, isOwnRedirect } from './command-line-clients.js';
import { deedOf } from './deeds.js';
import { queryOf, readForm, type Form } from './form.js';
import { keyDaysOf } from './key-days.js';
import { PageFilter } from './page.filter.js';
import { sendTo } from './page.js';
import { signInFirst } from './return-to.js';
import { Sessions, type SignedIn } from './sessions.service.js';

/** The command line fetches its key at once. */
const CODE_MS = 120_000;

/** Where a person lets a command line in that waits behind a redirect (RFC 6749 with PKCE), as terraform login does. */
@Public()
@UseFilters(PageFilter)
@Controller('oauth/authorize')
export class AuthorizeController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    const asked = askedIn(queryOf(request));
    if (this.isRefused(response, asked)) {
      return;
    }
    const person = await this.sessions.personOf(request);
    if (person === null) {
      sendTo(response, signInFirst(`/oauth/authorize?${queryFor(asked)}`));
    } else {
      sendConsent(response, asked, person.email);
    }
  }

  @Post()
  async answer(@Req() request: Request, @Res() response: Response): Promise<void> {
    expectOwnOrigin(request, this.env);
    const form = await readForm(request);
    const asked = askedIn(form);
    if (this.isRefused(response, asked)) {
      return;
    }
    const person = await this.sessions.personOf(request);
    if (person === null) {
      sendTo(response, signInFirst(`/oauth/authorize?${queryFor(asked)}`));
    } else if (form.get('answer') === 'approve') {
      const code = await this.codeFor(request, person, asked, keyDaysOf(form.get('days')));
      sendTo(response, answered(asked, { code }));
    } else {
      sendTo(response, answered(asked, { error: 'access_denied' }));
    }
  }

  /** What the command line itself has wrong, it is told; what might not be from one, only the person. */
  private isRefused(response: Response, asked: Asked): boolean {
    const description = faultOf(asked);
    if (description !== null) {
      sendTo(response, answered(asked, { error: 'invalid_request', error_description: description }));
    }
    return description !== null;
  }

  private async codeFor(
    request: Request,
    person: SignedIn,
    { clientId, redirectUri, codeChallenge }: Asked,
    keyDays: number,
  ): Promise<string> {
    const code = randomBytes(32).toString('base64url');
    const deed = deedOf(request, 'authorizeCommandLine', person, {
      sessionId: person.sessionId,
      objectType: 'client',
      objectId: clientId,
      objectName: clientName(clientId) ?? null,
      after: { keyDays },
    });
    await recorded({ deed, written: false }, async () =>
      createAuthorizationCode(this.database, {
        codeHash: keyHash(code),
        userId: person.userId,
        clientId,
        redirectUri,
        codeChallenge,
        keyDays,
        expiresAt: new Date(Date.now() + CODE_MS),
      }),
    );
    return code;
  }
}

/** @throws ProblemError 400 where nobody can be told but the person */
function askedIn(form: Form): Asked {
  const clientId = form.get('client_id');
  const redirectUri = form.get('redirect_uri');
  if (clientName(clientId) === undefined) {
    throw new ProblemError(400, 'UNKNOWN_CLIENT', 'the client_id names no command line that is known here');
  }
  if (!isOwnRedirect(redirectUri)) {
    throw new ProblemError(
      400,
      'FOREIGN_REDIRECT',
      'the redirect_uri must lead to this machine itself, such as http://localhost:10000/login',
    );
  }
  return {
    clientId,
    redirectUri,
    responseType: form.get('response_type'),
    state: form.get('state'),
    codeChallenge: form.get('code_challenge'),
    codeChallengeMethod: form.get('code_challenge_method'),
  };
}

function faultOf({ responseType, codeChallenge, codeChallengeMethod }: Asked): string | null {
  if (responseType !== 'code') {
    return 'response_type must be code';
  }
  if (codeChallengeMethod !== 'S256') {
    return 'code_challenge_method must be S256';
  }
  return isChallenge(codeChallenge)
    ? null
    : 'code_challenge must be the SHA-256 of the verifier in base64url';
}

/** The same question, for the way back from the sign-in. */
function queryFor(asked: Asked): string {
  return new URLSearchParams({
    client_id: asked.clientId,
    redirect_uri: asked.redirectUri,
    response_type: asked.responseType,
    state: asked.state,
    code_challenge: asked.codeChallenge,
    code_challenge_method: asked.codeChallengeMethod,
  }).toString();
}

function answered({ redirectUri, state }: Asked, answer: Readonly<Record<string, string>>): string {
  const address = new URL(redirectUri);
  for (const [name, value] of Object.entries({ ...answer, ...(state === '' ? {} : { state }) })) {
    address.searchParams.set(name, value);
  }
  return address.href;
}
