import { Controller, Get, Inject, Req, Res, UseFilters } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Public } from '../auth/caller.js';
import { API_ENV, type ApiEnv } from '../env.js';
import { ProblemError } from '../problems/problem-error.js';
import { publicUrlOf } from '../public-url.js';
import { SecretBox } from '../secrets/secret-box.js';
import { queryOf } from './form.js';
import { IdentityProvider } from './identity-provider.service.js';
import { PageFilter } from './page.filter.js';
import { sendTo } from './page.js';
import { ProviderUnreachable, SignInRefused } from './provider-errors.js';
import { returnTo, FRONT_PAGE } from './return-to.js';
import { keepFlow, takeFlow } from './sign-in-flow.js';
import { sendSignIn } from './sign-in.page.js';
import { SingleSignOn } from './single-sign-on.service.js';

/** To the identity provider and back. */
@Public()
@UseFilters(PageFilter)
@Controller('sign-in')
export class OidcController {
  constructor(
    @Inject(IdentityProvider) private readonly provider: IdentityProvider,
    @Inject(SingleSignOn) private readonly singleSignOn: SingleSignOn,
    @Inject(SecretBox) private readonly box: SecretBox,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  @Get('oidc')
  async begin(@Req() request: Request, @Res() response: Response): Promise<void> {
    this.expectProvider();
    const wayBack = returnTo(queryOf(request).get('return_to'));
    try {
      const { address, flow } = await this.provider.begin(wayBack);
      keepFlow(response, this.box, publicUrlOf(this.env), flow);
      sendTo(response, address.href);
    } catch (error) {
      this.say(response, error, wayBack);
    }
  }

  @Get('callback')
  async comeBack(@Req() request: Request, @Res() response: Response): Promise<void> {
    this.expectProvider();
    const flow = takeFlow(request, response, this.box, publicUrlOf(this.env));
    if (flow === null) {
      const message =
        'This browser has begun no sign-in, or too long ago. Sign in again, and see that it keeps cookies.';
      this.say(response, new SignInRefused(message, 'ANSWER_NOT_OURS'), FRONT_PAGE);
      return;
    }
    try {
      const { search } = new URL(request.originalUrl, 'http://here');
      const refusal = await this.singleSignOn.letIn(
        request,
        response,
        await this.provider.finish(search, flow),
      );
      if (refusal === null) {
        sendTo(response, flow.returnTo);
      } else {
        this.show(response, refusal, 403, flow.returnTo);
      }
    } catch (error) {
      this.say(response, error, flow.returnTo);
    }
  }

  private expectProvider(): void {
    if (this.provider.issuer === null) {
      throw new ProblemError(404, 'NOT_FOUND', 'single sign-on is not set up here (BERTH_OIDC_ISSUER)');
    }
  }

  private say(response: Response, error: unknown, wayBack: string): void {
    if (error instanceof ProviderUnreachable) {
      response.setHeader('retry-after', '10');
      this.show(
        response,
        `Single sign-on cannot be reached now: ${this.provider.host} does not answer. Try again in a moment; whoever is signed in stays so.`,
        503,
        wayBack,
      );
    } else if (error instanceof SignInRefused) {
      this.show(response, error.message, error.code === 'CLIENT_REFUSED' ? 502 : 403, wayBack);
    } else {
      throw error;
    }
  }

  private show(response: Response, problem: string, status: number, wayBack: string): void {
    const passwords = this.env.BERTH_PASSWORDS;
    sendSignIn(response, { providerHost: this.provider.host, passwords, returnTo: wayBack, problem, status });
  }
}
