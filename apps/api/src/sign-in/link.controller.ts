import { Database, readOrganization, readSignInLink } from '@berth/persistence';
import { Email } from '@berth/contracts';
import { Controller, Get, Inject, Post, Req, Res, UseFilters } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Public } from '../auth/caller.js';
import { expectOwnOrigin } from '../auth/own-origin.js';
import { API_ENV, type ApiEnv } from '../env.js';
import { keyHash } from '../secrets/key-hash.js';
import { deedOf, deedOfNobody } from './deeds.js';
import { queryOf, readForm, type Form } from './form.js';
import { sendLink, sendLinkIsOver } from './link.page.js';
import { PageFilter, sentence } from './page.filter.js';
import { sendTo } from './page.js';
import { passwordFault } from './password-rules.js';
import { Passwords } from './passwords.service.js';
import { FRONT_PAGE } from './return-to.js';
import { Sessions } from './sessions.service.js';

const NAME_LENGTH = 100;

/** The one-time link. It is used by its button: programs that look at links before people do only show the page. */
@Public()
@UseFilters(PageFilter)
@Controller('sign-in/link')
export class LinkController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(Passwords) private readonly passwords: Passwords,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    const token = queryOf(request).get('token');
    const link = await readSignInLink(this.database, keyHash(token));
    if (link === null) {
      sendLinkIsOver(response);
      return;
    }
    sendLink(response, { token, forEmail: link.for === 'first' ? null : link.for.email, ...this.settings() });
  }

  @Post()
  async use(@Req() request: Request, @Res() response: Response): Promise<void> {
    expectOwnOrigin(request, this.env);
    const form = await readForm(request);
    const token = form.get('token');
    const tokenHash = keyHash(token);
    const link = await readSignInLink(this.database, tokenHash);
    if (link === null) {
      sendLinkIsOver(response);
      return;
    }
    const known = link.for === 'first' ? null : link.for;
    const email = known?.email ?? form.get('email').trim();
    const name = form.get('name').trim();
    const isFirst = known === null;
    const problem = this.faultOf(form, { isFirst, email, name });
    if (problem !== null) {
      const forEmail = known?.email ?? null;
      sendLink(response, {
        token,
        forEmail,
        ...this.settings(),
        typed: { email, name },
        problem: sentence(problem),
      });
      return;
    }
    const password = form.get('password');
    const passwordHash = password === '' ? null : await this.passwords.hash(password);
    const after = { firstOwner: isFirst, passwordSet: passwordHash !== null };
    const deed =
      known === null
        ? deedOfNobody(request, 'takeSignInLink', { ...(await this.home()), objectName: email, after })
        : deedOf(request, 'takeSignInLink', known, { after });
    const use = { tokenHash, person: isFirst ? { email, name } : null, passwordHash };
    if (await this.sessions.openByLink(request, response, deed, use)) {
      sendTo(response, FRONT_PAGE);
    } else {
      sendLinkIsOver(response);
    }
  }

  /** Where the first owner's record belongs. */
  private async home() {
    const home = await readOrganization(this.database, 'default');
    return { organizationId: home?.id ?? null };
  }

  private settings() {
    const passwords = this.env.BERTH_PASSWORDS;
    // Where there is no other way back in.
    return { passwords, passwordNeeded: passwords && this.env.BERTH_OIDC_ISSUER === undefined };
  }

  private faultOf(
    form: Form,
    { isFirst, email, name }: { isFirst: boolean; email: string; name: string },
  ): string | null {
    if (isFirst && !Email.safeParse(email).success) {
      return 'this is no e-mail address';
    }
    if (isFirst && (name === '' || name.length > NAME_LENGTH || /\p{Cc}/u.test(name))) {
      return `a name is one line of 1 to ${NAME_LENGTH} characters`;
    }
    const password = form.get('password');
    if (password === '') {
      return isFirst && this.settings().passwordNeeded ? 'choose a password' : null;
    }
    return this.env.BERTH_PASSWORDS
      ? passwordFault(password, email)
      : 'passwords are switched off here (BERTH_PASSWORDS)';
  }
}
