import { CreateSignInLink, SignInLink } from '@berth/contracts';
import {
  createFirstLink,
  createSignInLink,
  Database,
  listMemberships,
  readMember,
  tell,
} from '@berth/persistence';
import { Body, Controller, Inject, Post } from '@nestjs/common';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { API_ENV, type ApiEnv } from '../env.js';
import { Describe } from '../openapi/describe.js';
import { notFound, ProblemError } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { publicUrlOf } from '../public-url.js';
import { newSignInLink, signInLinkAt } from './sign-in-link.js';

/**
 * One-time links, by which owners let members in who have no other way, and somebody begins. They are for the owners of
 * the installation's first organization: a tenant's owner could add somebody who is not here yet, sign in as them, and
 * wait until another tenant adds the same person.
 */
@Controller('api/v1/sign-in-links')
export class SignInLinksController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  @Post()
  @Describe({
    id: 'createSignInLink',
    permission: 'members:write',
    place: 'installation',
    summary: 'Make a link that signs a member in, once and for a day; it is shown this once',
    body: CreateSignInLink,
    status: 201,
    answer: SignInLink,
  })
  async create(
    @CallerParam() { organizationId }: UserCaller,
    @Body(new ZodPipe(CreateSignInLink)) { member }: CreateSignInLink,
  ): Promise<SignInLink> {
    const { token, row } = newSignInLink();
    if (member === undefined) {
      await this.makeFirst(row);
    } else {
      const userId = await this.findMember(organizationId, member);
      await createSignInLink(this.database, { userId, ...row });
    }
    const expiresAt = row.expiresAt.toISOString();
    return { url: signInLinkAt(publicUrlOf(this.env), token), expiresAt };
  }

  private async makeFirst(row: { readonly tokenHash: Buffer; readonly expiresAt: Date }): Promise<void> {
    tell({ objectName: 'first owner' });
    if (!(await createFirstLink(this.database, row))) {
      throw new ProblemError(
        409,
        'OWNER_ALREADY',
        'the organization default has an owner already: name the member whom the link is for',
      );
    }
  }

  /** A link opens all that the person may, so that only who belongs nowhere else gets one from here. */
  private async findMember(organizationId: string, named: string): Promise<string> {
    const found = await readMember(this.database, organizationId, named);
    if (found === null) {
      throw notFound('member', named);
    }
    tell({ objectName: found.email });
    const memberships = await listMemberships(this.database, found.userId);
    if (memberships.length > 1) {
      throw new ProblemError(
        409,
        'MEMBER_ELSEWHERE',
        `${found.email} belongs to other organizations too, and a link would open those: whoever runs Berth can make one with "berth admin sign-in-link"`,
      );
    }
    return found.userId;
  }
}
