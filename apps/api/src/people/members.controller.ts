import { AddMember, Member, PageQuery, pageOf, UpdateMember } from '@berth/contracts';
import {
  addMember,
  changeMember,
  Database,
  listMembers,
  readMember,
  removeMember,
  tell,
  type MemberChange,
} from '@berth/persistence';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { keyedListPart, pageByKey } from '../paging.js';
import { notFound, ProblemError } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { memberJson } from './people-json.js';

/** Who belongs to the organization. */
@Controller('api/v1/members')
export class MembersController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @Get()
  @Describe({
    id: 'listMembers',
    permission: 'members:read',
    summary: 'List members, by e-mail address',
    query: PageQuery,
    answer: pageOf(Member),
  })
  async list(@CallerParam() caller: UserCaller, @Query(new ZodPipe(PageQuery)) query: PageQuery) {
    const members = await listMembers(this.database, caller.organizationId, keyedListPart(query));
    return pageByKey(members, query.limit, ({ email }) => email.toLowerCase(), memberJson);
  }

  @Post()
  @Describe({
    id: 'addMember',
    permission: 'members:write',
    summary: 'Make somebody a member; who is not known yet can sign in from now on',
    body: AddMember,
    status: 201,
    answer: Member,
  })
  async add(
    @CallerParam() caller: UserCaller,
    @Body(new ZodPipe(AddMember)) body: AddMember,
  ): Promise<Member> {
    const { organizationId } = caller;
    tell({ objectId: body.email });
    const { added, userId } = await addMember(this.database, {
      organizationId,
      email: body.email,
      name: body.name ?? body.email,
      role: body.role ?? 'member',
    });
    if (!added) {
      throw new ProblemError(409, 'MEMBER_ALREADY', `${body.email} is a member already`);
    }
    return memberJson(await this.find(organizationId, userId));
  }

  @Patch(':user')
  @Describe({
    id: 'updateMember',
    permission: 'members:write',
    summary: 'Make a member an owner, or an owner a member',
    body: UpdateMember,
    answer: Member,
  })
  async update(
    @CallerParam() caller: UserCaller,
    @Param('user') named: string,
    @Body(new ZodPipe(UpdateMember)) body: UpdateMember,
  ): Promise<Member> {
    const { organizationId } = caller;
    const before = await this.told(organizationId, named);
    expectChanged(await changeMember(this.database, organizationId, before.userId, body.role), named);
    return memberJson(await this.find(organizationId, before.userId));
  }

  @Delete(':user')
  @HttpCode(204)
  @Describe({
    id: 'removeMember',
    permission: 'members:write',
    summary: 'Take a person out of the organization, with their teams and grants in it',
    status: 204,
  })
  async remove(@CallerParam() caller: UserCaller, @Param('user') named: string): Promise<void> {
    const { organizationId } = caller;
    const before = await this.told(organizationId, named);
    expectChanged(await removeMember(this.database, organizationId, before.userId), named);
  }

  private async told(organizationId: string, named: string): Promise<Member> {
    const before = memberJson(await this.find(organizationId, named));
    tell({ objectId: before.userId, objectName: before.email, before });
    return before;
  }

  private async find(organizationId: string, named: string) {
    const member = await readMember(this.database, organizationId, named);
    if (member === null) {
      throw notFound('member', named);
    }
    return member;
  }
}

function expectChanged(change: MemberChange, named: string): void {
  if (change === 'last_owner') {
    throw new ProblemError(
      409,
      'LAST_OWNER',
      'this is the last owner of the organization: make somebody else an owner first',
    );
  }
  if (change === 'gone') {
    throw notFound('member', named);
  }
}
