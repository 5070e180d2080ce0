import { Controller, Get, Inject, Post, Req, Res, UseFilters } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Public } from '../auth/caller.js';
import { expectOwnOrigin } from '../auth/own-origin.js';
import { API_ENV, type ApiEnv } from '../env.js';
import { ProblemError } from '../problems/problem-error.js';
import { queryOf, readForm } from './form.js';
import { IdentityProvider } from './identity-provider.service.js';
import { PageFilter, sentence } from './page.filter.js';
import { sendTo } from './page.js';
import { Passwords } from './passwords.service.js';
import { returnTo } from './return-to.js';
import { Sessions } from './sessions.service.js';
import { sendSignedIn, sendSignIn, type SignInFacts } from './sign-in.page.js';
import { STYLE, STYLE_PATH } from './style.js';

/** The page at which people sign in, with a password or on to the identity provider, and the way out. */
@Public()
@UseFilters(PageFilter)
@Controller()
export class SignInController {
  constructor(
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(Passwords) private readonly passwords: Passwords,
    @Inject(IdentityProvider) private readonly provider: IdentityProvider,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  @Get('sign-in')
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    const wanted = queryOf(request).get('return_to');
    const person = await this.sessions.personOf(request);
    if (person === null) {
      sendSignIn(response, this.facts(returnTo(wanted)));
    } else if (wanted === '') {
      sendSignedIn(response, person.email, this.provider.signOutOrigin());
    } else {
      sendTo(response, returnTo(wanted));
    }
  }

  @Post('sign-in')
  async signIn(@Req() request: Request, @Res() response: Response): Promise<void> {
    expectOwnOrigin(request, this.env);
    const form = await readForm(request);
    const facts = { ...this.facts(returnTo(form.get('return_to'))), email: form.get('email').slice(0, 254) };
    const fault = await this.tryPassword(request, response, facts.email, form.get('password'));
    if (fault === null) {
      sendTo(response, facts.returnTo);
      return;
    }
    if (fault.retryAfter !== undefined) {
      response.setHeader('retry-after', String(fault.retryAfter));
    }
    sendSignIn(response, { ...facts, problem: sentence(fault.message), status: fault.status });
  }

  @Post('sign-out')
  async signOut(@Req() request: Request, @Res() response: Response): Promise<void> {
    expectOwnOrigin(request, this.env);
    const idToken = await this.sessions.end(request, response);
    const there = idToken === null ? null : await this.provider.signOutAddress(idToken);
    sendTo(response, there ?? '/sign-in');
  }

  @Get(STYLE_PATH)
  style(@Res() response: Response): void {
    response.type('css').set({ 'cache-control': 'public, max-age=31536000, immutable' }).send(STYLE);
  }

  private facts(wayBack: string): SignInFacts {
    const { issuer, host } = this.provider;
    return {
      providerHost: issuer === null ? null : host,
      passwords: this.env.BERTH_PASSWORDS,
      returnTo: wayBack,
    };
  }

  /** Null: they are signed in. */
  private async tryPassword(
    request: Request,
    response: Response,
    email: string,
    password: string,
  ): Promise<ProblemError | null> {
    if (!this.env.BERTH_PASSWORDS) {
      return new ProblemError(403, 'PASSWORDS_OFF', 'passwords are switched off here (BERTH_PASSWORDS)');
    }
    try {
      const checked = await this.passwords.check(request, email, password);
      if (checked.is === 'right') {
        await this.sessions.open(request, response, { ...checked.person, by: 'password', idToken: null });
        return null;
      }
      if (checked.is === 'disabled') {
        await this.sessions.keepRefusal(request, checked.person, { status: 403, code: 'DISABLED' });
        return new ProblemError(403, 'DISABLED', `${checked.person.email} may not sign in any more`);
      }
      if (checked.is === 'wrong') {
        await this.sessions.keepRefusal(request, checked.person, { status: 401, code: 'WRONG_PASSWORD' });
      }
      return new ProblemError(
        401,
        'WRONG_PASSWORD',
        'this address and password do not belong together. An owner of your organization can give you a one-time link',
      );
    } catch (error) {
      if (error instanceof ProblemError) {
        return error;
      }
      throw error;
    }
  }
}
