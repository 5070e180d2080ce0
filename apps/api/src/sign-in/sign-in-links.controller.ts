import { CreateSignInLink, SignInLink } from '@berth/contracts';
import {
  createFirstLink,
  createSignInLink,
  Database,
  listMemberships,
  readUser,
  readUserByEmail,
  tell,
} from '@berth/persistence';
import { Body, Controller, Inject, Post } from '@nestjs/common';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { API_ENV, type ApiEnv } from '../env.js';
import { Describe } from '../openapi/describe.js';
import { isUuid } from '../paging.js';
import { notFound, ProblemError } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { publicUrlOf } from '../public-url.js';
import { newSignInLink, signInLinkAt } from './sign-in-link.js';

/** One-time links, by which people are let in who have no other way, and somebody begins. */
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
    summary:
      'Make a link that signs somebody in, once and for a day; it is shown this once. For owners of the organization default, since an address alone proves nobody',
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
      const userId = await this.findPerson(organizationId, member);
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

  /**
   * A link opens all that the person may, and whoever has it may choose their password. So it is for who belongs here
   * alone, or has not been let in yet; anybody else's has to be made on the server.
   */
  private async findPerson(organizationId: string, named: string): Promise<string> {
    const person = isUuid(named)
      ? await readUser(this.database, named)
      : await readUserByEmail(this.database, named);
    if (person === null) {
      throw notFound('user', named);
    }
    tell({ objectName: person.email });
    const memberships = await listMemberships(this.database, person.id);
    const isElsewhere = memberships.some((one) => one.organizationId !== organizationId);
    if (isElsewhere && (person.lastSignInAt !== null || person.hasPassword)) {
      throw new ProblemError(
        409,
        'MEMBER_ELSEWHERE',
        `${person.email} belongs to other organizations too, and a link would open those: whoever runs Berth can make one with "berth admin sign-in-link"`,
      );
    }
    return person.id;
  }
}
