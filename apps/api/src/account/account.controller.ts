import {
  Account,
  ApiKey,
  CreateUserKey,
  NewApiKey,
  PageQuery,
  pageOf,
  RotateKey,
  UpdateAccount,
  UserSession,
} from '@berth/contracts';
import {
  changeUser,
  Database,
  endUserSession,
  listMemberships,
  listUserSessions,
  readUser,
  tell,
} from '@berth/persistence';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { isUuid } from '../paging.js';
import { KeysService } from '../people/keys.service.js';
import { notFound } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';

/** What a person has of their own: their name, their keys and where they are signed in. */
@Controller('api/v1/account')
export class AccountController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(KeysService) private readonly keys: KeysService,
  ) {}

  @Get()
  @Describe({
    id: 'readAccount',
    permission: 'account:manage',
    place: 'account',
    summary: 'Who I am, and the organizations that I belong to',
    answer: Account,
  })
  async read(@CallerParam() caller: UserCaller): Promise<Account> {
    const userId = userOf(caller);
    const user = await readUser(this.database, userId);
    if (user === null) {
      throw notFound('user', userId);
    }
    const memberships = await listMemberships(this.database, userId);
    return {
      id: user.id,
      email: user.email,
      name: user.name,
      hasPassword: user.hasPassword,
      organizations: memberships.map(({ organizationId: id, name, role }) => ({ id, name, role })),
    };
  }

  @Patch()
  @Describe({
    id: 'updateAccount',
    permission: 'account:manage',
    place: 'account',
    summary: 'Change my name',
    body: UpdateAccount,
    answer: Account,
  })
  async update(
    @CallerParam() caller: UserCaller,
    @Body(new ZodPipe(UpdateAccount)) body: UpdateAccount,
  ): Promise<Account> {
    const { email, name } = await this.read(caller);
    tell({ objectId: userOf(caller), objectName: email, before: { name } });
    await changeUser(this.database, userOf(caller), body);
    return this.read(caller);
  }

  @Get('keys')
  @Describe({
    id: 'listUserKeys',
    permission: 'account:manage',
    place: 'account',
    summary: 'List my keys, newest first',
    query: PageQuery,
    answer: pageOf(ApiKey),
  })
  async listKeys(@CallerParam() caller: UserCaller, @Query(new ZodPipe(PageQuery)) query: PageQuery) {
    return this.keys.list({ userId: userOf(caller) }, query);
  }

  @Post('keys')
  @Describe({
    id: 'createUserKey',
    permission: 'account:manage',
    place: 'account',
    summary: 'Make a key that may do what I may; it is shown this once',
    body: CreateUserKey,
    status: 201,
    answer: NewApiKey,
  })
  async createKey(
    @CallerParam() caller: UserCaller,
    @Body(new ZodPipe(CreateUserKey)) body: CreateUserKey,
  ): Promise<NewApiKey> {
    return this.keys.create(caller, body, { userId: userOf(caller) });
  }

  @Delete('keys/:id')
  @HttpCode(204)
  @Describe({
    id: 'revokeUserKey',
    permission: 'account:manage',
    place: 'account',
    summary: 'Revoke a key of mine',
    status: 204,
  })
  async revokeKey(@CallerParam() caller: UserCaller, @Param('id') id: string): Promise<void> {
    await this.keys.revoke({ userId: userOf(caller) }, id);
  }

  @Post('keys/:id/rotate')
  @HttpCode(200)
  @Describe({
    id: 'rotateUserKey',
    permission: 'account:manage',
    place: 'account',
    summary:
      'Make a key of mine anew, shown this once; the old one opens for another day, or as long as is said',
    body: RotateKey,
    answer: NewApiKey,
  })
  async rotateKey(
    @CallerParam() caller: UserCaller,
    @Param('id') id: string,
    @Body(new ZodPipe(RotateKey)) body: RotateKey,
  ): Promise<NewApiKey> {
    return this.keys.rotate(caller, { userId: userOf(caller) }, id, body);
  }

  @Get('sessions')
  @Describe({
    id: 'listUserSessions',
    permission: 'account:manage',
    place: 'account',
    summary: 'List where I am signed in, newest first',
    answer: z.array(UserSession),
  })
  async listSessions(@CallerParam() caller: UserCaller): Promise<UserSession[]> {
    const sessions = await listUserSessions(this.database, userOf(caller));
    return sessions.map((session) => ({
      id: session.id,
      createdAt: session.createdAt.toISOString(),
      lastSeenAt: session.lastSeenAt.toISOString(),
      expiresAt: session.expiresAt.toISOString(),
      address: session.address,
      userAgent: session.userAgent,
      current: session.id === caller.principal.sessionId,
    }));
  }

  @Delete('sessions/:id')
  @HttpCode(204)
  @Describe({
    id: 'revokeUserSession',
    permission: 'account:manage',
    place: 'account',
    summary: 'Sign me out somewhere',
    status: 204,
  })
  async revokeSession(@CallerParam() caller: UserCaller, @Param('id') id: string): Promise<void> {
    const ended = isUuid(id) ? await endUserSession(this.database, userOf(caller), id) : null;
    if (ended === null) {
      throw notFound('session', id);
    }
  }
}

function userOf({ principal }: UserCaller): string {
  return String(principal.userId);
}
