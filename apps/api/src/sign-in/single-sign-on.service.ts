import { LOGGER, type Logger } from '@berth/observability';
import {
  Database,
  followGroups,
  listMemberships,
  readOrganization,
  recorded,
  signInByProvider,
} from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { API_ENV, type ApiEnv } from '../env.js';
import { deedOf, deedOfNobody, type Person } from './deeds.js';
import { IdentityProvider, type ProvidedSignIn } from './identity-provider.service.js';
import { domainsOf, isAllowed, type ProvidedClaims } from './provided-claims.js';
import { Sessions } from './sessions.service.js';

const NOBODY_COMES_ALONE = 'none';

/** Lets in whom the identity provider knows: finds or makes the person, lets their teams follow, opens the session. */
@Injectable()
export class SingleSignOn {
  private readonly domains: readonly string[];

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(IdentityProvider) private readonly provider: IdentityProvider,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.domains = domainsOf(env.BERTH_OIDC_ALLOWED_DOMAINS);
  }

  /** Null: they are signed in. Else why not, in words. */
  async letIn(
    request: Request,
    response: Response,
    { claims, idToken }: ProvidedSignIn,
  ): Promise<string | null> {
    if (!isAllowed(claims.email, this.domains)) {
      return `${this.provider.host} signed you in${claims.email === null ? '' : ` as ${claims.email}`}, and only addresses of ${this.domains.join(', ')} may sign in here. Use another account, or ask an owner.`;
    }
    const found = await this.find(request, claims);
    if (typeof found === 'string') {
      return found;
    }
    await this.follow(request, found, claims.groups);
    await this.sessions.open(request, response, { ...found, by: 'single sign-on', idToken });
    return null;
  }

  private async find(request: Request, claims: ProvidedClaims): Promise<Person | string> {
    const organizationId = await this.homeOf();
    const who = claims.email ?? claims.subject;
    const deed = deedOfNobody(request, 'admitByProvider', {
      organizationId,
      actor: `user:${who}`,
      objectName: who,
    });
    const found = await recorded({ deed, written: false }, async () =>
      signInByProvider(this.database, { issuer: String(this.provider.issuer), organizationId, ...claims }),
    );
    switch (found.is) {
      case 'known':
        return { userId: found.userId, email: found.email };
      case 'disabled':
        await this.sessions.keepRefusal(request, found, { status: 403, code: 'DISABLED' });
        return `${found.email} may not sign in any more. Ask an owner of your organization.`;
      case 'unknown':
        return `Nobody has added ${who} here. Ask an owner of your organization to add you as a member.`;
      case 'without_email':
        return `${this.provider.host} gave no verified e-mail address for you. Verify yours there, or ask whoever runs it.`;
    }
  }

  /** Where new people belong; null where they do not come by themselves. */
  private async homeOf(): Promise<string | null> {
    const name = this.env.BERTH_OIDC_ORGANIZATION;
    if (name === NOBODY_COMES_ALONE) {
      return null;
    }
    const home = await readOrganization(this.database, name);
    if (home === null) {
      this.logger.warn(`BERTH_OIDC_ORGANIZATION is "${name}", and there is no such organization`);
    }
    return home?.id ?? null;
  }

  private async follow(request: Request, person: Person, groups: readonly string[] | null): Promise<void> {
    if (groups === null) {
      this.logger.warn(
        `${person.email} has more groups than ${this.provider.host} says: their teams stay as they are`,
      );
      return;
    }
    const { userId } = person;
    for (const { organizationId } of await listMemberships(this.database, userId)) {
      const deed = deedOf(request, 'followGroups', person, { organizationId });
      await recorded({ deed, written: false }, async () =>
        followGroups(this.database, { organizationId, userId, groups }),
      );
    }
  }
}
